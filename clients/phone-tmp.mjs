import { chromium } from 'playwright-core'
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] })
const ctx = await b.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true, colorScheme: process.argv[3] ?? 'light' }); const p = await ctx.newPage()
p.on('console', m => console.log('console', m.text())); p.on('pageerror', e => console.log('ERROR', e.stack))
await p.goto(process.argv[2]); await p.waitForTimeout(6000)
await p.tap('#publish-many'); await p.waitForTimeout(600)
console.log(await p.evaluate(() => [document.documentElement.scrollWidth, innerWidth]))
for (const [i, sel] of ['.top', '.column', '.verdict', '.machine', '.chat', 'footer'].entries()) {
  await p.evaluate(s => document.querySelector(s).scrollIntoView(), sel); await p.waitForTimeout(100); await p.screenshot({ path: `/tmp/phone${i}.png` }) }
await b.close()
