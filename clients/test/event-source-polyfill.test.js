// Written for browsers, so it runs in one. It sends its last id as the query's lastEventId, and takes none from a block
// without data; so its cursor before the first event is that of the control event.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { emptyPage, launch } from '../fixtures/browser.js'
import { readerContract } from '../fixtures/contract.js'
import { Hub } from '../fixtures/hub.js'
import { Line } from '../fixtures/line.js'
import { until } from '../fixtures/until.js'

const SCRIPT = readFileSync(new URL('../node_modules/event-source-polyfill/src/eventsource.js', import.meta.url), 'utf8')

let browser

before(async () => browser = await launch())
after(() => browser?.close())

async function read(url, onMessage) {
  const page = await emptyPage(browser, new URL(url).origin)
  await page.exposeFunction('report', onMessage)
  await page.addScriptTag({ content: SCRIPT })
  await page.evaluate(stream => {
    window.source = new window.EventSourcePolyfill(stream)
    window.source.onmessage = ({ data }) => window.report(data)
    window.source.addEventListener('pharos', ({ data }) => window.report(data, 'pharos'))
  }, url)
  return () => page.context().close()
}

readerContract('event-source-polyfill', { open: read, query: '&control=true', follows: false })

test('event-source-polyfill sends its last id in the query', { timeout: 120_000 }, async t => {
  const hub = await Hub.start()
  t.after(() => hub.stop())
  const line = await Line.to(hub)
  t.after(() => line.close())
  const seen = []
  t.after(await read(`${line.url}/events?topic=t`, data => seen.push(data)))
  await line.stream()
  const id = await hub.publish('t', 'one')
  await until('it reads', () => seen.length === 1)
  line.cut()
  const { up } = await line.stream(1)
  assert.match(up, new RegExp(`^GET /events\\?topic=t&lastEventId=${encodeURIComponent(id)} HTTP`))
})
