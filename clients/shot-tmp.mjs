import { chromium } from 'playwright-core'
const base = process.argv[2]
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] })
const run = async (name, opts, act) => {
  const ctx = await b.newContext(opts); const p = await ctx.newPage()
  p.on('console', m => console.log(name, 'console', m.type(), m.text()))
  p.on('pageerror', e => console.log(name, 'ERROR', e.stack))
  p.on('requestfailed', r => console.log(name, 'failed', r.url().slice(0,90), r.failure().errorText))
  await p.goto(base); await p.waitForTimeout(9000)
  if (act) await act(p)
  await p.screenshot({ path: `/tmp/shot-${name}.png`, fullPage: true }); await ctx.close()
}
const act = async p => {
  await p.fill('#text', 'Hello from the page'); await p.click('#say button'); await p.waitForTimeout(300)
  await p.fill('#text', '<b>not bold</b> & safe'); await p.keyboard.press('Enter')
  await p.click('#publish-many'); await p.waitForTimeout(500)
  await p.click('#cut-all'); await p.waitForTimeout(2000)
  await p.screenshot({ path: `/tmp/shot-cut.png` })
  await p.waitForTimeout(3500)
}
const which = process.argv[3] ?? 'light,dark,phone'
if (which.includes('light')) await run('light', { viewport: { width: 1280, height: 900 } }, act)
if (which.includes('dark')) await run('dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' })
if (which.includes('phone')) await run('phone', { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true })
await b.close()
