// The EventSource of npm with the Authorization header, as servers that read from a Mercure hub have it.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { EventSource } from 'eventsource'
import { Line } from '../fixtures/line.js'
import { DRAFTS, MercureHub } from '../fixtures/mercure.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }
const TOPIC = 'https://shop.example/orders/1'

describe('npm eventsource with the Authorization header of Mercure', () => {
  let hub
  before(async () => hub = await MercureHub.start(), BOUNDED)
  after(() => hub?.stop())

  for (const draft of DRAFTS) {
    test(`reads private updates with ${draft.name}, and resumes them after a cut`, BOUNDED, async t => {
      const line = await Line.to(hub)
      t.after(() => line.close())
      const token = hub.token(draft, { subscribe: [TOPIC] })
      const source = new EventSource(hub.subscribing(draft, TOPIC, line.url), {
        fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
      })
      t.after(() => source.close())
      const seen = []
      source.onmessage = ({ data, lastEventId }) => seen.push([data, lastEventId])
      await until('it reads', () => source.readyState === EventSource.OPEN)
      const one = await hub.publish(draft, TOPIC, 'one', { private: 'on' })
      await until('it has one', () => seen.length === 1)
      line.down = true
      line.cut()
      const two = await hub.publish(draft, TOPIC, 'two', { private: 'on', id: `urn:orders:two:${draft.name.at(-1)}` })
      line.down = false
      await until('it has two', () => seen.length === 2)
      assert.deepEqual(seen, [['one', one], ['two', two]])
    })
  }
})
