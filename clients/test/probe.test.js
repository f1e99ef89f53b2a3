// The module by which a page picks its transport, in Chromium.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { emptyPage, launch } from '../fixtures/browser.js'
import { Hub } from '../fixtures/hub.js'

const BOUNDED = { timeout: 60_000 }

let browser
let hub

before(async () => {
  ;[browser, hub] = await Promise.all([launch(), Hub.start()])
}, BOUNDED)

after(async () => {
  await browser?.close()
  await hub?.stop()
})

test('a path without obstacles gets a WebSocket, and streams pass it directly', BOUNDED, async () => {
  const page = await emptyPage(browser, hub.url)
  const found = await page.evaluate(async () => (await import('/probe.js')).probe())
  assert.deepEqual(found, { transport: 'websocket', socket: true, stream: 'direct', padded: 'direct' })
})
