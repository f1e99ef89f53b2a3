// Opens readers, publishes at saturation, and prints the deliveries a second: load.mjs KIND URL READERS EVENTS
//
// The readers are raw sockets that count the marks of events in the bytes they get, so that the generator costs about the
// same for each kind and little for any; the last event is a mark of its own. One event is about 100 bytes.

import { connect } from 'node:net'
import { once } from 'node:events'

const [kind, url, readers, events] = [process.argv[2], new URL(process.argv[3]), Number(process.argv[4]), Number(process.argv[5])]
const BATCH = 100
const MARK = Buffer.from('#mark#')
const data = `#mark#${'x'.repeat(94)}`
let delivered = 0
let done

function mask(text) {
  const payload = Buffer.from(text)
  const head = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length]) : Buffer.from([0x81, 0xFE, payload.length >> 8, payload.length & 255])
  return Buffer.concat([head, Buffer.alloc(4), payload]) // a mask of zeros changes nothing
}

async function reader() {
  const socket = connect(Number(url.port), url.hostname)
  await once(socket, 'connect')
  const ready = new Promise((resolve, reject) => {
    let rest = Buffer.alloc(0)
    let subscribed = false
    socket.on('error', reject)
    socket.on('data', bytes => {
      let text
      if (!subscribed) {
        text = bytes.toString('latin1')
        if (kind !== 'sse' && text.includes('0{"sid"')) {
          if (text.includes('40{"sid"')) socket.write(mask('420["subscribe",{"topic":"room"}]'))
          else socket.write(mask('40'))
        }
        if (kind === 'sse' ? text.includes('id: pos:') : text.includes('430[')) {
          subscribed = true
          resolve()
        }
        return
      }
      const all = rest.length ? Buffer.concat([rest, bytes]) : bytes
      let at = 0
      let count = 0
      for (let found = all.indexOf(MARK); found >= 0; found = all.indexOf(MARK, at)) {
        at = found + MARK.length
        count++
      }
      rest = all.subarray(Math.max(at, all.length - MARK.length + 1))
      delivered += count
      if (delivered === readers * events) done()
    })
  })
  socket.write(kind === 'sse'
    ? `GET /events?topic=room HTTP/1.1\r\nHost: ${url.host}\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n`
    : `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`)
  await ready
  return socket
}

async function publish(count) {
  const lines = Array.from({ length: count }, () => JSON.stringify({ topic: 'room', data })).join('\n')
  const answer = await fetch(kind === 'socketio-node' ? url : new URL('/events', url), {
    method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' }, body: lines
  })
  await answer.text()
  if (!answer.ok) throw new Error(`${answer.status}`)
}

const sockets = []
for (let i = 0; i < readers; i += 50) {
  sockets.push(...await Promise.all(Array.from({ length: Math.min(50, readers - i) }, reader)))
}
// One round to warm up, one that counts.
let seconds
for (let round = 0; round < 2; round++) {
  delivered = 0
  const finished = new Promise(resolve => done = resolve)
  const begin = performance.now()
  for (let sent = 0; sent < events; sent += BATCH) await publish(Math.min(BATCH, events - sent))
  await finished
  seconds = (performance.now() - begin) / 1000
}
console.log(Math.round(readers * events / seconds))
for (const socket of sockets) socket.destroy()
process.exit(0)
