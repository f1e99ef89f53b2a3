import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import WebSocket from 'ws'
import { Hub } from '../fixtures/hub.js'
import { Line } from '../fixtures/line.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }

/** A client of pharos.v1 that keeps every frame. */
class Client {
  frames = []

  static async open(url, protocols = 'pharos.v1') {
    const client = new Client()
    client.socket = new WebSocket(url.replace('http', 'ws'), protocols)
    client.socket.on('message', data => client.frames.push(JSON.parse(data)))
    client.socket.on('close', code => client.closed = code)
    client.socket.on('error', error => client.error = error)
    await until('the socket is open', () => client.socket.readyState === WebSocket.OPEN)
    return client
  }

  send(command) {
    this.socket.send(JSON.stringify(command))
  }

  frame(type, number = 0) {
    return until(`frame ${type} ${number}`, () => this.frames.filter(frame => frame.type === type)[number])
  }

  get data() {
    return this.frames.filter(({ type }) => type === 'event').map(({ event }) => event.data)
  }
}

describe('ws', () => {
  let hub
  before(async () => hub = await Hub.start(), BOUNDED)
  after(() => hub?.stop())

  test('subscribes, publishes with acknowledgement, reads and leaves', BOUNDED, async t => {
    const client = await Client.open(`${hub.url}/events`)
    t.after(() => client.socket.terminate())
    assert.equal(client.socket.protocol, 'pharos.v1')
    client.send({ type: 'subscribe', subscription: 's', topics: ['ws'] })
    assert.equal((await client.frame('subscribed')).state, 'live')
    client.send({ type: 'publish', ref: '1', event: { topic: 'ws', data: 'hello' } })
    const { id, ref } = await client.frame('published')
    assert.equal(ref, '1')
    const { subscription, event } = await client.frame('event')
    assert.deepEqual({ subscription, id: event.id, data: event.data }, { subscription: 's', id, data: 'hello' })
    client.send({ type: 'unsubscribe', subscription: 's' })
    assert.equal((await client.frame('unsubscribed')).lastEventId, id)
    client.send({ type: 'ping', ref: 'p' })
    assert.equal((await client.frame('pong')).ref, 'p')
  })

  test('reads the topic of the URL without sending anything', BOUNDED, async t => {
    const client = await Client.open(`${hub.url}/events?topic=silent`, [])
    t.after(() => client.socket.terminate())
    assert.equal((await client.frame('subscribed')).subscription, '')
    await hub.publish('silent', 'heard')
    assert.equal((await client.frame('event')).event.data, 'heard')
  })

  test('resumes after a cut with nothing missing and nothing twice', BOUNDED, async t => {
    const line = await Line.to(hub)
    t.after(() => line.close())
    const client = await Client.open(`${line.url}/events`)
    client.send({ type: 'subscribe', subscription: 's', topics: ['cut'] })
    await client.frame('subscribed')
    await hub.publish('cut', 'one')
    const { event } = await client.frame('event')
    line.cut()
    await until('the socket is closed', () => client.closed)
    await hub.publish('cut', 'two')
    const again = await Client.open(`${line.url}/events`)
    t.after(() => again.socket.terminate())
    again.send({ type: 'subscribe', subscription: 's', topics: ['cut'], lastEventId: event.id })
    assert.equal((await again.frame('subscribed')).state, 'resumed')
    await hub.publish('cut', 'three')
    await again.frame('event', 1)
    assert.deepEqual([...client.data, ...again.data], ['one', 'two', 'three'])
  })

  test('is told of a stop, closed with 1001, and told of the loss by the next hub', BOUNDED, async t => {
    let first = await Hub.start()
    t.after(() => first.stop())
    const client = await Client.open(`${first.url}/events?topic=t`)
    const { lastEventId } = await client.frame('subscribed')
    first = await first.restart()
    assert.ok((await client.frame('drain')).retry > 0)
    assert.equal(await until('the socket is closed', () => client.closed), 1001)
    const again = await Client.open(`${first.url}/events?topic=t&lastEventId=${lastEventId}`)
    t.after(() => again.socket.terminate())
    assert.equal((await again.frame('subscribed')).state, 'lost')
  })

  test('refuses another subprotocol', BOUNDED, async () => {
    await assert.rejects(new Promise((resolve, reject) => {
      const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/events`, 'other.v1')
      socket.on('open', resolve)
      socket.on('error', reject)
    }), /400/)
  })
})
