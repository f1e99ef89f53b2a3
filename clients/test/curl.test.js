import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { Hub } from '../fixtures/hub.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }

/** Runs curl; `out` is what it printed so far. */
function curl(...args) {
  const process = spawn('curl', ['-sS', ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const run = { process, out: '', errors: '' }
  process.stdout.on('data', data => run.out += data)
  process.stderr.on('data', data => run.errors += data)
  run.ended = once(process, 'close').then(() => run.out)
  return run
}

describe('curl', () => {
  let hub
  let events
  before(async () => {
    hub = await Hub.start()
    events = `${hub.url}/events`
  }, BOUNDED)
  after(() => hub?.stop())

  test('publishes a form and gets the id of the event', BOUNDED, async () => {
    assert.match(await curl('-d', 'topic=form', '-d', 'data=Hello', events).ended, /^pos:[0-9a-z]+\.[0-9a-z]+$/)
  })

  test('reads a stream as it comes', BOUNDED, async t => {
    const reader = curl('-N', `${events}?topic=stream&control=true`)
    t.after(() => reader.process.kill())
    await until('the stream has begun', () => reader.out.includes('"state":"live"'))
    const id = await hub.publish('stream', 'one')
    await until('the event is there', () => reader.out.includes(`data: one\nid: ${id}\n\n`))
    for (const block of reader.out.split('\n\n').slice(0, -1)) {
      assert.match(block, /^data:/m, 'a reader that did not say no-cache gets no block without data')
    }
  })

  test('polls: waits for an event, then goes on from its cursor', BOUNDED, async () => {
    const json = ['-H', 'Accept: application/json']
    const start = JSON.parse(await curl(...json, `${events}?topic=poll&wait=0`).ended)
    assert.deepEqual([start.state, start.events], ['live', []])
    const waiting = curl(...json, `${events}?topic=poll&lastEventId=${start.lastEventId}`)
    await until('the poll waits', async () =>
      /transport="long-poll"} 1/.test(await (await fetch(`${hub.url}/metrics`)).text()))
    await hub.publish('poll', 'one')
    const answer = JSON.parse(await waiting.ended)
    assert.deepEqual([answer.state, answer.events.map(({ data }) => data)], ['resumed', ['one']])
    const next = JSON.parse(await curl(...json, `${events}?topic=poll&wait=0&lastEventId=${answer.lastEventId}`).ended)
    assert.deepEqual([next.state, next.events], ['resumed', []])
  })

  test('uploads lines without end: each is an event at once', BOUNDED, async t => {
    const reader = curl('-N', `${events}?topic=upload&control=true`)
    t.after(() => reader.process.kill())
    await until('the stream has begun', () => reader.out.includes('"state":"live"'))
    const upload = curl('-X', 'POST', '-T', '-', '-H', 'Content-Type: application/x-ndjson', events)
    t.after(() => upload.process.kill())
    for (const data of ['one', 'two', 'three']) {
      upload.process.stdin.write(`${JSON.stringify({ topic: 'upload', data })}\n`)
      await until(`${data} is there while the upload goes on`, () => reader.out.includes(`data: ${data}\n`))
      assert.equal(upload.out, '')
    }
    upload.process.stdin.end()
    assert.equal(JSON.parse(await upload.ended).accepted, 3)
  })

  test('is told which line of an upload is bad and what was accepted before', BOUNDED, async () => {
    const upload = curl('-X', 'POST', '-T', '-', '-H', 'Content-Type: application/x-ndjson', '-w', ' %{http_code}', events)
    upload.process.stdin.end('{"topic":"bad","data":"good"}\n{"topic":\n{"topic":"bad","data":"never"}\n')
    const [, body, status] = /^(.*?)\s+(\d+)$/s.exec(await upload.ended)
    const { accepted, line } = JSON.parse(body)
    assert.deepEqual({ status, accepted, line }, { status: '400', accepted: 1, line: 2 })
  })
})
