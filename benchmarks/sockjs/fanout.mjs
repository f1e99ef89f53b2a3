// Opens readers, publishes as fast as the server takes it, and prints deliveries a second. It looks for the last event in what
// each reader gets, and at everything the first reader gets: nothing missing, nothing twice, all in order.
//
// usage: fanout.mjs sse|websocket|sockjs-hub|sockjs-node URL PUBLISH-PATH READERS EVENTS

import { connect } from 'node:net'
import { request } from 'node:http'

const [mode, url, publishPath, readers, events] = process.argv.slice(2).map((each, i) => i < 3 ? each : Number(each))
const { hostname, port } = new URL(url)
const LAST = Buffer.from(`#${String(events - 1).padStart(8, '0')}`)
const OPEN = { sse: 'retry:', websocket: 'subscribed' }[mode] ?? '\x01o'
const SUBSCRIBE = JSON.stringify([JSON.stringify({ type: 'subscribe', topic: 'b' })])

/** A masked text frame of less than 126 bytes; the mask is zero. */
function frame(text) {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}

const sockets = []
let finished = 0
let allFinished
const done = new Promise(resolve => allFinished = resolve)

function open(i) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    sockets.push(socket)
    const sample = i === 0 ? [] : null
    let tail = Buffer.alloc(0)
    let state = 'head'
    socket.on('error', reject)
    socket.on('connect', () => socket.write(mode === 'sse'
      ? `GET /events?topic=b HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept: text/event-stream\r\n\r\n`
      : `GET ${mode === 'websocket' ? '/events?topic=b' : `/sockjs/000/s${i}/websocket`} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
        + 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'))
    socket.on('data', chunk => {
      if (state === 'reading') {
        sample?.push(Buffer.from(chunk))
        // The last event may come in two pieces.
        const seam = Buffer.concat([tail, chunk.subarray(0, LAST.length)])
        if (chunk.includes(LAST) || seam.includes(LAST)) {
          state = 'done'
          if (++finished === readers) allFinished(performance.now())
        }
        tail = Buffer.from(chunk.subarray(Math.max(0, chunk.length - LAST.length)))
        return
      }
      tail = Buffer.concat([tail, chunk])
      if (state === 'head' && tail.includes(OPEN)) {
        if (mode === 'sockjs-hub') {
          state = 'subscribing'
          socket.write(frame(SUBSCRIBE))
        } else {
          state = 'reading'
        }
      } else if (state === 'subscribing' && tail.includes('subscribed')) {
        state = 'reading'
      }
      if (state === 'reading') {
        tail = Buffer.alloc(0)
        resolve(sample)
      }
    })
  })
}

const samples = []
for (let i = 0; i < readers; i += 100) {
  samples.push(...await Promise.all(Array.from({ length: Math.min(100, readers - i) }, (_, j) => open(i + j))))
}

const lines = Array.from({ length: events }, (_, i) =>
  JSON.stringify({ topic: 'b', data: `#${String(i).padStart(8, '0')}`.padEnd(100, 'x') }) + '\n').join('')
const begin = performance.now()
const upload = request({ hostname, port, path: publishPath, method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' } })
upload.on('response', answer => answer.resume())
upload.end(lines)
const end = await done

const seen = [...Buffer.concat(samples[0]).toString('latin1').matchAll(/#(\d{8})/g)].map(match => Number(match[1]))
if (seen.length !== events || seen.some((number, i) => number !== i)) {
  console.error(`the first reader got ${seen.length} of ${events} events, or not in order`)
  process.exitCode = 1
}
console.log(Math.round(readers * events / ((end - begin) / 1000)))
for (const socket of sockets) socket.destroy()
process.exit()
