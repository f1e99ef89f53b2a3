import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { emptyPage, launch } from '../fixtures/browser.js'
import { readerContract } from '../fixtures/contract.js'
import { Hub } from '../fixtures/hub.js'
import { until } from '../fixtures/until.js'

let browser

before(async () => browser = await launch())
after(() => browser?.close())

async function read(url, onMessage) {
  const page = await emptyPage(browser, new URL(url).origin)
  await page.exposeFunction('report', onMessage)
  await page.evaluate(stream => {
    window.source = new EventSource(stream)
    window.source.onmessage = ({ data }) => window.report(data)
    window.source.addEventListener('pharos', ({ data }) => window.report(data, 'pharos'))
  }, url)
  return () => page.context().close()
}

readerContract("Chromium's EventSource", { open: read })

test("Chromium's EventSource comes back by itself when the hub was restarted, and is told that history is lost", { timeout: 120_000 }, async t => {
  let hub = await Hub.start()
  t.after(() => hub.stop())
  const messages = []
  const states = []
  const close = await read(`${hub.url}/events?topic=t&control=true`, (data, type) => {
    if (type === 'pharos') states.push(JSON.parse(data).state)
    else messages.push(data)
  })
  t.after(close)
  await until('it is live', () => states.length === 1)
  await hub.publish('t', 'before')
  await until('it reads', () => messages.length === 1)
  hub = await hub.restart()
  await until('it is back', () => states.length === 2)
  await hub.publish('t', 'after')
  await until('it reads again', () => messages.length === 2)
  assert.deepEqual(states, ['live', 'lost'])
  assert.deepEqual(messages, ['before', 'after'])
})
