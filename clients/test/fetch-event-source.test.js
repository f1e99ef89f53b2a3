// Written for browsers, so it runs in one. It calls back for every block, also for one that the standard dispatches nothing
// for; so the hub sends it none. Without them its cursor before the first event is that of the control event.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { emptyPage, launch } from '../fixtures/browser.js'
import { COMMENT, readerContract } from '../fixtures/contract.js'
import { Hub } from '../fixtures/hub.js'
import { until } from '../fixtures/until.js'

const MODULES = new URL('../node_modules/@microsoft/fetch-event-source/lib/esm/', import.meta.url)

let browser

before(async () => browser = await launch())
after(() => browser?.close())

async function read(url, onMessage, { cacheDisabled = false } = {}) {
  const page = await emptyPage(browser, new URL(url).origin)
  await page.exposeFunction('report', onMessage)
  await page.route('**/modules/*', route => {
    const file = new URL(route.request().url()).pathname.replace('/modules/', '')
    return route.fulfill({ contentType: 'text/javascript', body: readFileSync(new URL(`${file}.js`, MODULES)) })
  })
  await page.evaluate(async () => window.read = (await import('/modules/index')).fetchEventSource)
  // While requests can be intercepted, Chromium's cache is off, and every request says no-cache.
  if (!cacheDisabled) await page.unrouteAll()
  await page.evaluate(stream => void window.read(stream, {
    openWhenHidden: true,
    onmessage: ({ data, event }) => window.report(data, event || 'message'),
  }), url)
  return () => page.context().close()
}

readerContract('@microsoft/fetch-event-source', { open: read, query: '&control=true', beat: COMMENT })

test('@microsoft/fetch-event-source gets no empty message with cursor=false, though developer tools disable the cache', { timeout: 120_000 }, async t => {
  const hub = await Hub.start()
  t.after(() => hub.stop())
  const seen = []
  const url = `${hub.url}/events?topic=t&cursor=false&lastEventId=earliest`
  t.after(await read(url, data => seen.push(data), { cacheDisabled: true }))
  await hub.publish('t', 'one')
  await until('it reads', () => seen.length > 0)
  assert.deepEqual(seen, ['one'])
})
