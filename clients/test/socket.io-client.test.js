import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { io } from 'socket.io-client'
import { emptyPage, launch } from '../fixtures/browser.js'
import { Hub } from '../fixtures/hub.js'
import { Line } from '../fixtures/line.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }
const FAST = { reconnectionDelay: 20, reconnectionDelayMax: 50, forceNew: true }

const TRANSPORTS = {
  'polling only': ['polling'],
  'WebSocket only': ['websocket'],
  'polling, then an upgrade': ['polling', 'websocket']
}

/** A stock socket that keeps the data of events, and follows its cursor as applications do. */
class Reader {
  data = []
  lastEventId

  constructor(url, topic, options) {
    this.socket = io(url, { ...FAST, ...options })
    this.socket.on('connect', async () => {
      this.outcome = await this.socket.emitWithAck('subscribe', { topic, lastEventId: this.lastEventId })
    })
    this.socket.on('event', (event, subscription) => {
      this.subscription = subscription
      this.lastEventId = event.id
      this.data.push(event.data)
    })
  }

  subscribed(state) {
    return until(`subscribed, ${state}`, () => this.outcome?.state === state)
  }
}

/** Cuts a socket's connection: again, if it was between two polls. */
async function cut(line, socket) {
  let isBroken = false
  socket.once('disconnect', () => isBroken = true)
  await until('the connection is broken', () => {
    if (!isBroken) line.cut()
    return isBroken
  })
}

describe('socket.io-client', () => {
  let hub
  before(async () => hub = await Hub.start(), BOUNDED)
  after(() => hub?.stop())

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    test(`subscribes, publishes with acknowledgement and reads (${name})`, BOUNDED, async t => {
      const topic = `io ${name}`
      const reader = new Reader(hub.url, topic, { transports })
      t.after(() => reader.socket.close())
      await reader.subscribed('live')
      const { type, id } = await reader.socket.emitWithAck('publish', { topic, data: 'é ✓ 😀' })
      assert.equal(type, 'published')
      await until('the event', () => reader.data.length === 1)
      assert.deepEqual([reader.data, reader.lastEventId, reader.subscription], [['é ✓ 😀'], id, ''])
      const last = transports.at(-1)
      await until(`the transport is ${last}`, () => reader.socket.io.engine.transport.name === last)
      const count = 200
      for (let i = 0; i < count; i++) reader.socket.emit('publish', { topic, data: String(i) })
      await until('all events', () => reader.data.length === count + 1)
      assert.deepEqual(reader.data.slice(1), Array.from({ length: count }, (_, i) => String(i)))
    })

    test(`continues after its connection broke, nothing missing and nothing twice (${name})`, BOUNDED, async t => {
      const line = await Line.to(hub)
      t.after(() => line.close())
      const topic = `cut ${name}`
      const reader = new Reader(line.url, topic, { transports })
      t.after(() => reader.socket.close())
      await reader.subscribed('live')
      await hub.publish(topic, 'one')
      await until('the first', () => reader.data.length === 1)
      let broken = false
      reader.socket.once('disconnect', () => broken = true)
      await until('it breaks', () => {
        line.cut() // which may find no request, between two polls
        return broken
      })
      await hub.publish(topic, 'two')
      await until('the second', () => reader.data.length === 2)
      await hub.publish(topic, 'three')
      await until('all', () => reader.data.length === 3)
      assert.deepEqual(reader.data, ['one', 'two', 'three'])
    })
  }

  test('is told of errors by acknowledgement, and by an event when it wants none', BOUNDED, async t => {
    const socket = io(hub.url, FAST)
    t.after(() => socket.close())
    const missing = await socket.emitWithAck('subscribe', {})
    assert.deepEqual([missing.type, missing.code], ['error', 'invalid'])
    const wrong = await socket.emitWithAck('publish', 'text')
    assert.deepEqual([wrong.type, wrong.code], ['error', 'invalid'])
    const unknown = await socket.emitWithAck('unsubscribe', { subscription: 'x' })
    assert.deepEqual([unknown.code, unknown.subscription], ['unknown', 'x'])
    const told = new Promise(resolve => socket.on('error', resolve))
    socket.emit('subscribe', { topic: '' })
    assert.equal((await told).code, 'invalid')
    assert.equal((await socket.emitWithAck('ping')).type, 'pong')
  })

  test('publishes once with an idempotency key', BOUNDED, async t => {
    const socket = io(hub.url, FAST)
    t.after(() => socket.close())
    const event = { topic: 'once', data: 'x' }
    const first = await socket.emitWithAck('publish', event, { idempotencyKey: 'io-1' })
    const again = await socket.emitWithAck('publish', event, { idempotencyKey: 'io-1' })
    assert.equal(again.id, first.id)
    const other = await socket.emitWithAck('publish', { topic: 'once', data: 'y' }, { idempotencyKey: 'io-1' })
    assert.equal(other.code, 'conflict')
  })

  test('unsubscribes and reads a history', BOUNDED, async t => {
    for (const data of ['a', 'b', 'c']) await hub.publish('history', data)
    const socket = io(hub.url, FAST)
    t.after(() => socket.close())
    const data = []
    socket.on('event', event => data.push(event.data))
    await socket.emitWithAck('subscribe', { subscription: 's', topic: 'history', last: 2 })
    await until('the history', () => data.length === 2)
    const end = await socket.emitWithAck('unsubscribe', { subscription: 's' })
    assert.equal(end.type, 'unsubscribed')
    await hub.publish('history', 'd')
    await socket.emitWithAck('ping')
    assert.deepEqual(data, ['b', 'c'])
  })

  test('brings its token with the connect, and is told of a wrong one by connect_error', BOUNDED, async t => {
    const secret = 'a secret of more than thirty-two characters'
    const directory = await mkdtemp(join(tmpdir(), 'pharos-io-'))
    t.after(() => rm(directory, { recursive: true, force: true }))
    const file = join(directory, 'secret')
    await writeFile(file, secret, { mode: 0o600 })
    const keyed = await Hub.start(0, '--set', `authorization.keys.0.secret-file=${file}`)
    t.after(() => keyed.stop())
    const sign = claims => {
      const text = [{ alg: 'HS256', typ: 'JWT' }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
    }
    const token = sign({ exp: Math.floor(Date.now() / 1000) + 600, mercure: { publish: ['mine'], subscribe: ['mine'] } })
    const socket = io(keyed.url, { ...FAST, auth: { token } })
    t.after(() => socket.close())
    const data = []
    socket.on('event', event => data.push(event.data))
    assert.equal((await socket.emitWithAck('subscribe', { topic: 'mine' })).state, 'live')
    assert.equal((await socket.emitWithAck('publish', { topic: 'mine', data: 'private', private: true })).type, 'published')
    await until('the private event', () => data.length === 1)
    assert.equal((await socket.emitWithAck('publish', { topic: 'other', data: '' })).code, 'forbidden')
    const wrong = io(keyed.url, { ...FAST, auth: { token: `${token}x` } })
    t.after(() => wrong.close())
    const error = await new Promise(resolve => wrong.on('connect_error', resolve))
    assert.ok(error.message)
    assert.deepEqual([error.data, wrong.active], [{ code: 'unauthorized' }, false])
    wrong.auth = { token }
    wrong.connect()
    await until('connected', () => wrong.connected)
  })

  test('is refused a namespace that is not there', BOUNDED, async t => {
    const socket = io(`${hub.url}/nowhere`, FAST)
    t.after(() => socket.close())
    const error = await new Promise(resolve => socket.on('connect_error', resolve))
    assert.equal(error.message, 'Invalid namespace')
  })

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    test(`is told of a stop and resumes with its last event at the next hub (${name})`, BOUNDED, async t => {
      const directory = await mkdtemp(join(tmpdir(), 'pharos-io-'))
      t.after(() => rm(directory, { recursive: true, force: true }))
      let current = await Hub.start(0, '--data', directory)
      t.after(() => current.stop())
      const line = await Line.to(current)
      t.after(() => line.close())
      const reader = new Reader(line.url, 'restart', { transports })
      t.after(() => reader.socket.close())
      const drained = new Promise(resolve => reader.socket.on('drain', resolve))
      await reader.subscribed('live')
      await until(`the transport is ${transports.at(-1)}`, () => reader.socket.io.engine.transport.name === transports.at(-1))
      await current.publish('restart', 'one')
      await until('the first', () => reader.data.length === 1)
      reader.outcome = undefined
      await current.stop()
      assert.ok((await drained).retry > 0)
      line.down = true
      current = await current.restart()
      await current.publish('restart', 'while away')
      line.down = false
      await reader.subscribed('resumed')
      await current.publish('restart', 'two')
      await until('all', () => reader.data.length === 3)
      assert.deepEqual(reader.data, ['one', 'while away', 'two'])
    })
  }
})

describe('socket.io-client in Chromium', () => {
  let hub
  let browser
  before(async () => [hub, browser] = await Promise.all([Hub.start(), launch()]), BOUNDED)
  after(() => Promise.all([hub?.stop(), browser?.close()]))

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    test(`subscribes, publishes, and continues after its connection broke (${name})`, BOUNDED, async t => {
      const line = await Line.to(hub)
      t.after(() => line.close())
      const page = await emptyPage(browser, line.url)
      t.after(() => page.context().close())
      const topic = `chromium ${name}`
      await page.evaluate(async ([about, options]) => {
        const { io } = await import('/socket.io-client.js')
        const seen = window.seen = { data: [], states: [], breaks: 0 }
        let lastEventId
        const socket = window.socket = io(options)
        socket.on('connect', async () => {
          const { state } = await socket.emitWithAck('subscribe', { topic: about, lastEventId })
          seen.states.push(state)
        })
        socket.on('event', event => {
          lastEventId = event.id
          seen.data.push(event.data)
        })
        socket.on('disconnect', () => seen.breaks++)
      }, [topic, { ...FAST, transports }])
      const seen = () => page.evaluate(() => ({ ...window.seen, transport: window.socket.io.engine.transport.name }))
      const last = transports.at(-1)
      await until(`it is subscribed over ${last}`, async () => {
        const { states, transport } = await seen()
        return states.length === 1 && transport === last
      })
      const { type } = await page.evaluate(about => window.socket.emitWithAck('publish', { topic: about, data: 'é ✓ 😀' }), topic)
      assert.equal(type, 'published')
      await until('it has come', async () => (await seen()).data.length === 1)
      await until('it breaks', async () => {
        line.cut()
        return (await seen()).breaks > 0
      })
      await hub.publish(topic, 'while away')
      await until('it goes on', async () => (await seen()).states.includes('resumed'))
      await hub.publish(topic, 'after')
      await until('all have come', async () => (await seen()).data.length >= 3)
      assert.deepEqual((await seen()).data, ['é ✓ 😀', 'while away', 'after'])
    })
  }
})

describe('socket.io-client at a hub with recovery', () => {
  let hub
  before(async () => hub = await Hub.start(0, '--set', 'socketio.recovery=2m'), BOUNDED)
  after(() => hub?.stop())

  /** A socket that subscribes only when it has to, and what it got by subscription. */
  function reader(url, topics, options) {
    const socket = io(url, { ...FAST, ...options })
    const got = Object.fromEntries(topics.map(topic => [topic, []]))
    const connects = []
    socket.on('connect', async () => {
      connects.push(socket.recovered)
      if (socket.recovered) return
      for (const topic of topics) await socket.emitWithAck('subscribe', { subscription: topic, topic })
      socket.ready = true
    })
    socket.on('event', (event, subscription) => got[subscription].push(event.data))
    return { socket, got, connects }
  }

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    test(`gets what each subscription missed, nothing twice, during publishes (${name})`, BOUNDED, async t => {
      const line = await Line.to(hub)
      t.after(() => line.close())
      const topics = ['a', 'b', 'c'].map(topic => `${topic} ${name}`)
      const { socket, got, connects } = reader(line.url, topics, { transports })
      t.after(() => socket.close())
      await until('subscribed', () => socket.ready)
      await until(`over ${transports.at(-1)}`, () => socket.io.engine.transport.name === transports.at(-1))
      const { id } = socket
      const count = 150
      const publishing = Promise.all(topics.map(async topic => {
        for (let i = 0; i < count; i++) await hub.publish(topic, `${i}`)
      }))
      for (const [i, enough] of [20, 50, 90].entries()) {
        await until(`event ${enough}`, () => got[topics[i]].length >= enough)
        const before = connects.length
        await cut(line, socket)
        await until('connected again', () => connects.length > before)
      }
      await publishing
      await until('all events', () => topics.every(topic => got[topic].length >= count))
      for (const topic of topics) assert.deepEqual(got[topic], Array.from({ length: count }, (_, i) => `${i}`), topic)
      assert.deepEqual(connects, [false, ...connects.slice(1).map(() => true)])
      assert.equal(socket.id, id)
    })
  }

  test('begins anew at another hub, and loses nothing when it subscribes with its last event', BOUNDED, async t => {
    const directory = await mkdtemp(join(tmpdir(), 'pharos-io-'))
    t.after(() => rm(directory, { recursive: true, force: true }))
    let current = await Hub.start(0, '--data', directory, '--set', 'socketio.recovery=2m')
    t.after(() => current.stop())
    const reader = new Reader(current.url, 'restart', { transports: ['websocket'] })
    t.after(() => reader.socket.close())
    await reader.subscribed('live')
    await current.publish('restart', 'one')
    await until('the first', () => reader.data.length === 1)
    reader.outcome = undefined
    current = await current.restart()
    await reader.subscribed('resumed')
    assert.equal(reader.socket.recovered, false)
    await current.publish('restart', 'two')
    await until('the second', () => reader.data.length === 2)
    assert.deepEqual(reader.data, ['one', 'two'])
  })
})

describe('socket.io-client with recovery', () => {
  let chat
  before(async () => chat = await Hub.startChat(), BOUNDED)
  after(() => chat?.stop())

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    test(`gets what it missed and is who it was (${name})`, BOUNDED, async t => {
      const line = await Line.to(chat)
      t.after(() => line.close())
      const other = io(chat.url, FAST)
      t.after(() => other.close())
      const socket = io(line.url, { ...FAST, transports })
      t.after(() => socket.close())
      const data = []
      socket.on('message', text => data.push(text))
      await until('connected', () => socket.connected)
      await until(`over ${transports.at(-1)}`, () => socket.io.engine.transport.name === transports.at(-1))
      await other.emitWithAck('message', 'one')
      await until('the first', () => data.length === 1)
      const { id } = socket
      await cut(line, socket)
      await other.emitWithAck('message', 'two')
      await until('connected again', () => socket.connected)
      await other.emitWithAck('message', 'three')
      await until('all', () => data.length === 3)
      assert.deepEqual(data, ['one', 'two', 'three'])
      assert.deepEqual([socket.recovered, socket.id], [true, id])
    })
  }

  test('answers questions of the server, also with bytes', BOUNDED, async t => {
    const socket = io(chat.url, FAST)
    t.after(() => socket.close())
    socket.on('question', (a, b, answer) => answer(a * b))
    assert.equal(await socket.emitWithAck('question'), 42)
    const received = new Promise(resolve => socket.on('message', resolve))
    socket.emit('message', Buffer.from([1, 2, 3]))
    assert.deepEqual([...await received], [1, 2, 3])
  })
})

describe("socket.io-client on the JDK's server", () => {
  let hub
  before(async () => hub = await Hub.startOnJdk(), BOUNDED)
  after(() => hub?.stop())

  for (const transports of [['polling'], ['polling', 'websocket']]) {
    test(`converses, and continues after its connection broke (${transports.join(', ')})`, BOUNDED, async t => {
      const line = await Line.to(hub)
      t.after(() => line.close())
      const topic = `jdk ${transports}`
      const reader = new Reader(line.url, topic, { transports })
      t.after(() => reader.socket.close())
      await reader.subscribed('live')
      const { type } = await reader.socket.emitWithAck('publish', { topic, data: 'é ✓ 😀' })
      assert.equal(type, 'published')
      await until('the event', () => reader.data.length === 1)
      assert.equal(reader.socket.io.engine.transport.name, 'polling')
      await cut(line, reader.socket)
      for (let i = 0; i < 50; i++) await hub.publish(topic, String(i))
      await until('all events', () => reader.data.length >= 51)
      assert.deepEqual(reader.data, ['é ✓ 😀', ...Array.from({ length: 50 }, (_, i) => String(i))])
    })
  }
})
