// A session both ways with what every browser has: EventSource down, fetch up. In Chromium.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { emptyPage, launch } from '../fixtures/browser.js'
import { Hub } from '../fixtures/hub.js'
import { Line } from '../fixtures/line.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }

let browser
let hub

before(async () => {
  ;[browser, hub] = await Promise.all([launch(), Hub.start()])
}, BOUNDED)

after(() => Promise.all([browser?.close(), hub?.stop()]))

/** The client of docs/http-api.md, which sends each message again until it is taken, and begins another session when one is gone. */
function client(topic) {
  const seen = window.seen = { messages: [], sessions: 0, closed: null, refused: 0 }
  let url
  let number
  let cursor
  window.send = async message => {
    const target = `${url}&message=${++number}`
    for (;;) {
      try {
        const { status } = await fetch(target, { method: 'POST', body: JSON.stringify(message) })
        if (status === 204) return
      } catch {
        // the line is cut
      }
      seen.refused++
      await new Promise(resume => setTimeout(resume, 50))
    }
  }
  window.end = () => navigator.sendBeacon(`${url}&close=true`)
  const begin = () => {
    seen.sessions++
    url = `/events?session=${crypto.randomUUID()}`
    number = 0
    const source = new EventSource(url)
    source.onopen = () => {
      if (number === 0) window.send({ type: 'subscribe', subscription: 's', topic, lastEventId: cursor })
    }
    source.onmessage = ({ data }) => {
      const message = JSON.parse(data)
      seen.messages.push(message)
      cursor = message.event?.id ?? message.lastEventId ?? cursor
    }
    source.addEventListener('close', ({ data }) => {
      source.close()
      seen.closed = data
    })
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(begin, 50)
    }
  }
  begin()
}

async function open(t, base, topic) {
  const page = await emptyPage(browser, base.url)
  t.after(() => page.context().close())
  await page.evaluate(client, topic)
  const seen = () => page.evaluate(() => window.seen)
  const of = async type => (await seen()).messages.filter(message => message.type === type)
  await until('it is subscribed', async () => (await of('subscribed')).length === 1)
  return { page, seen, of, data: async () => (await of('event')).map(({ event }) => event.data) }
}

test('a page subscribes, publishes with acknowledgement, reads and ends its session', BOUNDED, async t => {
  const { page, seen, of, data } = await open(t, hub, 'both-ways')
  assert.deepEqual((await of('subscribed')).map(({ subscription, state }) => [subscription, state]), [['s', 'live']])
  await page.evaluate(() => window.send({ type: 'publish', ref: '7', event: { topic: 'both-ways', data: 'é "\n😀' } }))
  await until('it is acknowledged', async () => (await of('published')).length === 1)
  await until('it comes', async () => (await data()).length === 1)
  const [{ ref, id }] = await of('published')
  assert.deepEqual([ref, id], ['7', (await of('event'))[0].event.id])
  assert.deepEqual(await data(), ['é "\n😀'])
  await page.evaluate(() => window.send({ type: 'nonsense', ref: '8' }))
  await until('it is told of the error', async () => (await of('error')).length === 1)
  assert.deepEqual((await of('error')).map(each => [each.code, each.ref]), [['unknown', '8']])
  await page.evaluate(() => window.end())
  await until('it is told of the end', async () => (await seen()).closed)
  assert.match((await seen()).closed, /^1000 /)
})

test('a session outlives its connections: nothing is missing and nothing comes twice, up or down', BOUNDED, async t => {
  const line = await Line.to(hub)
  t.after(() => line.close())
  const { page, seen, data } = await open(t, line, 'outlives')
  const expected = []
  for (let round = 0; round < 4; round++) {
    line.down = true
    line.cut()
    const refused = (await seen()).refused
    const sending = page.evaluate(n => window.send({ type: 'publish', event: { topic: 'outlives', data: `up ${n}` } }), round)
    await until('an upload fails', async () => (await seen()).refused > refused)
    await hub.publish('outlives', `while away ${round}`)
    line.down = false
    await sending
    expected.push(`while away ${round}`, `up ${round}`)
    await until('both have come', async () => (await data()).length === expected.length)
    assert.deepEqual(await data(), expected)
  }
  assert.equal((await seen()).sessions, 1)
})

test('a message whose answer is lost is sent again and obeyed once', BOUNDED, async t => {
  const line = await Line.to(hub)
  t.after(() => line.close())
  const { page, seen, data } = await open(t, line, 'once')
  for (let round = 0; round < 4; round++) {
    const refused = (await seen()).refused
    line.cutAfter('HTTP/1.1 ') // of which Chromium makes a 200
    await page.evaluate(n => window.send({ type: 'publish', event: { topic: 'once', data: `${n}` } }), round)
    assert.ok((await seen()).refused > refused, 'its answer was lost')
    await until('it has come', async () => (await data()).includes(`${round}`))
  }
  await hub.publish('once', 'last')
  await until('all have come', async () => (await data()).includes('last'))
  assert.deepEqual(await data(), ['0', '1', '2', '3', 'last'])
})

test('after the hub was started anew another session goes on from the last cursor', BOUNDED, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'pharos-duplex-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  let mine = await Hub.start(0, '--data', folder)
  t.after(() => mine.stop())
  const line = await Line.to(mine)
  t.after(() => line.close())
  const { seen, of, data } = await open(t, line, 'anew')
  await mine.publish('anew', 'one')
  await until('one has come', async () => (await data()).length === 1)
  line.down = true
  line.cut()
  mine = await mine.restart()
  await mine.publish('anew', 'while away')
  line.down = false
  await until('the other session is subscribed', async () => (await of('subscribed')).length === 2)
  await mine.publish('anew', 'after')
  await until('all have come', async () => (await data()).length === 3)
  assert.deepEqual(await data(), ['one', 'while away', 'after'])
  assert.deepEqual([(await of('subscribed'))[1].state, (await seen()).sessions], ['resumed', 2])
})
