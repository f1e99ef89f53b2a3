import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Socket } from 'engine.io-client'
import { Hub } from '../fixtures/hub.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }

const TRANSPORTS = {
  'polling only': ['polling'],
  'WebSocket only': ['websocket'],
  'polling, then an upgrade': ['polling', 'websocket']
}

describe('engine.io-client', () => {
  let echo
  before(async () => echo = await Hub.startEcho(), BOUNDED)
  after(() => echo?.stop())

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    test(`gets text and bytes back in order, and ends the session (${name})`, BOUNDED, async t => {
      const socket = new Socket(echo.url, { transports })
      t.after(() => socket.close())
      socket.binaryType = 'arraybuffer'
      const got = []
      let closed
      socket.on('message', message => got.push(message))
      socket.on('close', reason => closed = reason)
      const sent = Array.from({ length: 200 }, (_, i) => i % 5 === 4 ? Uint8Array.of(i, 255, 0).buffer : `é ✓ 😀 ${i}`)
      for (const message of sent) socket.send(message)
      await until('all are back', () => got.length === sent.length)
      assert.deepEqual(got.map(plain), sent.map(plain))
      const last = transports.at(-1)
      await until(`the transport is ${last}`, () => socket.transport.name === last)
      socket.send('behind it')
      await until('one more is back', () => got.length === sent.length + 1)
      assert.equal(got.at(-1), 'behind it')
      socket.close()
      await until('it is closed', () => closed)
      assert.equal(closed, 'forced close')
    })
  }
})

function plain(message) {
  return typeof message === 'string' ? message : [...new Uint8Array(message)]
}
