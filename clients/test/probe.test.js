// The module by which a page picks its transport: in Chromium over networks of several kinds, and in time that stands still
// over whatever else there may be.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { emptyPage, launch } from '../fixtures/browser.js'
import { Hub } from '../fixtures/hub.js'
import * as networks from '../fixtures/proxies.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }
const PROMISED = 3_000

const FOUND = {
  healthy: { transport: 'websocket', wait: 25, socket: 'direct', stream: 'direct', padded: 'direct' },
  buffering: { transport: 'poll', wait: 25, socket: 'refused', stream: 'buffered', padded: 'buffered' },
  hesitant: { transport: 'padded', wait: 25, socket: 'refused', stream: 'buffered', padded: 'direct' },
  impatient: { transport: 'poll', wait: 0, socket: 'cut', stream: 'cut', padded: 'cut' },
  plain: { transport: 'sse', wait: 25, socket: 'refused', stream: 'direct', padded: 'direct' },
}

/** How a page reads over each of what the probe may pick; gives the data of what came so far. Runs in the page. */
function read({ topic, transport, wait, cursor }) {
  const seen = window.seen = []
  const url = `/events?topic=${topic}&lastEventId=${cursor}`
  switch (transport) {
    case 'websocket': {
      const socket = new WebSocket(url, 'pharos.v1')
      socket.onmessage = ({ data }) => {
        const { type, event } = JSON.parse(data)
        if (type === 'event') seen.push(event.data)
      }
      break
    }
    case 'sse':
    case 'padded':
      new EventSource(transport === 'padded' ? `${url}&padding=true` : url).onmessage = ({ data }) => seen.push(data)
      break
    case 'poll':
      (async () => {
        for (let next = cursor; ;) {
          const answer = await (await fetch(`/events?topic=${topic}&wait=${wait}&lastEventId=${next}`, { headers: { Accept: 'application/json' } })).json()
          seen.push(...answer.events.map(({ data }) => data))
          next = answer.lastEventId
          if (wait === 0) await new Promise(resume => setTimeout(resume, 200))
        }
      })()
      break
  }
}

describe('the probe in Chromium', () => {
  let browser
  let hub
  before(async () => [browser, hub] = await Promise.all([launch(), Hub.start()]), BOUNDED)
  after(() => Promise.all([browser?.close(), hub?.stop()]))

  for (const [network, expected] of Object.entries(FOUND)) {
    test(`finds out about a ${network} network in time, and what it picks works there`, BOUNDED, async t => {
      const path = await networks[network](hub)
      t.after(() => path.close())
      const page = await emptyPage(browser, path.url)
      t.after(() => page.context().close())
      // On a machine that is busy with something else a run may be late; what it finds is always the same.
      await until('a run is as quick as it is to be', async () => {
        const { found, millis } = await page.evaluate(async () => {
          const { probe } = await import('/probe.js')
          const begun = performance.now()
          const found = await probe()
          return { found, millis: performance.now() - begun }
        })
        assert.deepEqual(found, expected)
        return millis < PROMISED
      })
      const { transport, wait } = expected
      if (transport === 'websocket') assert.ok(path.upgraded > 0)
      const topic = `over-${network}`
      const cursor = await hub.publish(topic, 'before')
      await page.evaluate(read, { topic, transport, wait, cursor })
      await hub.publish(topic, 'one')
      await until('the first is there', () => page.evaluate(() => window.seen.length === 1))
      await hub.publish(topic, 'two')
      await until('the second is there', () => page.evaluate(() => window.seen.length === 2))
      assert.deepEqual(await page.evaluate(() => window.seen), ['one', 'two'])
    })
  }

  test('a page of an allowed site may ask, and one of another is refused', BOUNDED, async t => {
    const here = await emptyPage(browser, hub.url)
    const origin = new URL(hub.url).origin
    const other = await Hub.start(0, '--cors', origin)
    t.after(() => other.stop())
    const ask = (page, url) => page.evaluate(async address => (await import('/probe.js')).probe(address), `${url}/events/probe`)
    assert.deepEqual(await ask(here, other.url), FOUND.healthy)
    const foreign = await emptyPage(browser, other.url)
    assert.deepEqual(await ask(foreign, hub.url),
      { transport: 'poll', wait: 25, socket: 'refused', stream: 'refused', padded: 'refused' })
  })
})

describe('the probe in time that stands still', () => {
  const MODULE = readFileSync(new URL('../../hub/src/main/resources/dev/pharos/server/pages/probe.js', import.meta.url))
  const MOST = 2_900

  /** Runs the probe with connections that do what a script says; gives what it found, and after how many milliseconds. */
  async function run(t, script) {
    const { setTimeout: later } = globalThis
    const globals = {}
    const replace = (name, value) => {
      globals[name] = Object.getOwnPropertyDescriptor(globalThis, name)
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
    }
    t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    const begun = Date.now()
    const open = []
    /** Plays `[after how many milliseconds, method, argument]`. */
    const play = (connection, moves) => {
      open.push(connection)
      for (const [millis, name, argument] of moves) setTimeout(() => !connection.closed && connection[name]?.(argument), millis)
    }
    class FakeSource {
      static CLOSED = 2
      constructor(url) {
        play(this, script[url.searchParams.has('padding') ? 'padded' : 'stream'])
      }
      message(data) { this.onmessage({ data }) }
      fail(readyState) { this.readyState = readyState; this.onerror() }
      close() { this.closed = true }
    }
    class FakeSocket {
      constructor() { play(this, script.socket) }
      open() { this.onopen() }
      send(word) { this.word = word }
      echo() { this.onmessage?.({ data: this.word }) }
      end() { this.onclose?.() }
      close() { this.closed = true }
    }
    replace('EventSource', FakeSource)
    replace('WebSocket', FakeSocket)
    replace('performance', { now: () => Date.now() })
    try {
      const { probe } = await import(`data:text/javascript;base64,${MODULE.toString('base64')}`)
      let found
      probe('http://hub.example/events/probe').then(value => found = value)
      while (!found && Date.now() - begun <= PROMISED) {
        t.mock.timers.tick(10)
        await new Promise(resume => later(resume, 0))
      }
      const millis = Date.now() - begun
      assert.ok(open.every(({ closed }) => closed), 'every connection is let go of')
      return { ...found, millis }
    } finally {
      for (const [name, descriptor] of Object.entries(globals)) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor)
        else delete globalThis[name]
      }
      t.mock.timers.reset()
    }
  }

  const SOUND = {
    socket: [[20, 'open'], [30, 'echo'], [1_230, 'echo']],
    stream: [[20, 'message', '0'], [220, 'message', '1'], [1_420, 'message', '2']],
    padded: [[20, 'message', '0'], [220, 'message', '1'], [1_420, 'message', '2']],
  }

  test('a sound path is known when the last event has come', async t => {
    assert.deepEqual(await run(t, SOUND), { ...FOUND.healthy, millis: 1_420 })
  })

  test('with the latest that the hub sends and half a second of way, there is time left', async t => {
    const slow = {
      socket: [[1_000, 'open'], [2_000, 'echo'], [2_900 - 100, 'echo']],
      stream: [[500, 'message', '0'], [900, 'message', '1'], [2_300, 'message', '2']],
      padded: [[500, 'message', '0'], [900, 'message', '1'], [2_300, 'message', '2']],
    }
    assert.deepEqual(await run(t, slow), { ...FOUND.healthy, millis: 2_800 })
  })

  test('silence is waited for no longer than promised', async t => {
    assert.deepEqual(await run(t, { socket: [], stream: [], padded: [] }),
      { transport: 'poll', wait: 25, socket: 'refused', stream: 'buffered', padded: 'buffered', millis: MOST })
    assert.deepEqual(await run(t, { ...SOUND, socket: [[20, 'open']] }),
      { ...FOUND.healthy, transport: 'sse', socket: 'buffered', millis: MOST })
  })

  test('what comes at once was held back', async t => {
    const lump = [[1_500, 'message', '0'], [1_500, 'message', '1'], [1_500, 'message', '2']]
    assert.deepEqual(await run(t, { socket: [[1_500, 'open'], [1_510, 'echo'], [1_510, 'echo']], stream: lump, padded: lump }),
      { transport: 'poll', wait: 25, socket: 'buffered', stream: 'buffered', padded: 'buffered', millis: 1_510 })
  })

  test('a path that cuts is told from one that refuses', async t => {
    const cut = [[20, 'message', '0'], [220, 'message', '1'], [1_220, 'fail', 0]]
    assert.deepEqual(await run(t, { socket: [[20, 'open'], [30, 'echo'], [1_030, 'end']], stream: cut, padded: cut }),
      { ...FOUND.impatient, millis: 1_220 })
    const refused = [[20, 'fail', 2]]
    assert.deepEqual(await run(t, { socket: [[20, 'end']], stream: refused, padded: refused }),
      { transport: 'poll', wait: 25, socket: 'refused', stream: 'refused', padded: 'refused', millis: 20 })
  })
})
