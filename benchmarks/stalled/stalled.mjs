// Opens SockJS and Socket.IO WebSockets that subscribe and then read nothing, and some of each that do read; publishes; prints
// what became of them.
//
// usage: stalled.mjs URL STALLED READING EVENTS      so many of each protocol

import { connect } from 'node:net'
import { request } from 'node:http'

const { hostname, port } = new URL(process.argv[2])
const [stalled, reading, events] = process.argv.slice(3).map(Number)
const LAST = `#${String(events - 1).padStart(8, '0')}`
const PING = '\x81\x012'
const steps = {
  // What is waited for, and what is said then.
  sockjs: [['\x01o', JSON.stringify([JSON.stringify({ type: 'subscribe', topic: 'b' })])], ['subscribed', null]],
  socketio: [['0{"sid"', '40'], ['40{"sid"', '420["subscribe",{"topic":"b"}]'], ['430[', null]]
}
const paths = { sockjs: i => `/sockjs/000/s${i}x/websocket`, socketio: () => '/socket.io/?EIO=4&transport=websocket' }

function frame(text) {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}

let complete = 0
let lost = 0
let incomplete = 0
let resolveAll
const all = new Promise(resolve => resolveAll = resolve)

function open(kind, i, reads) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let step = 0
    let tail = ''
    let count = 0
    let closed = false
    let done = false
    const end = () => {
      if (!closed) {
        closed = true
        if (reads && !done) incomplete++
        if (complete + incomplete === 2 * reading) resolveAll()
      }
    }
    socket.on('error', () => { end(); reject(new Error(`${kind} ${i} broke at step ${step}`)) })
    socket.on('close', end)
    socket.on('connect', () => socket.write(`GET ${paths[kind](i)} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\n`
      + 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'))
    socket.on('data', chunk => {
      tail += chunk.toString('latin1')
      if (kind === 'socketio' && tail.includes(PING)) socket.write(frame('3'))
      while (step < steps[kind].length && tail.includes(steps[kind][step][0])) {
        const say = steps[kind][step++][1]
        if (say) socket.write(frame(say))
        else {
          if (!reads) socket.pause()
          resolve(socket)
        }
      }
      if (step === steps[kind].length) {
        count += tail.split('#').length - 1
        if (tail.includes('"lost') || tail.includes('\\"lost')) lost++
        if (!done && tail.includes(LAST)) {
          done = true
          complete++
          if (complete + incomplete === 2 * reading) resolveAll()
        }
        tail = tail.slice(tail.lastIndexOf('#') < 0 ? -8 : Math.max(tail.lastIndexOf('#') + 1, tail.length - 8))
      }
    })
  })
}

const kinds = Object.keys(steps)
const sockets = []
for (const kind of kinds) {
  for (let i = 0; i < stalled + reading; i += 100) {
    const some = Array.from({ length: Math.min(100, stalled + reading - i) }, (_, j) => open(kind, i + j, i + j < reading))
    sockets.push(...await Promise.all(some))
  }
}
const begin = performance.now()
for (let sent = 0; sent < events;) {
  const lines = []
  for (; lines.length < 1000 && sent < events; sent++) {
    lines.push(JSON.stringify({ topic: 'b', data: `#${String(sent).padStart(8, '0')}`.padEnd(100, 'x') }))
  }
  await new Promise((resolve, reject) => {
    const upload = request({ hostname, port, path: '/events', method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' } },
      answer => answer.resume().on('end', resolve))
    upload.on('error', reject)
    upload.end(lines.join('\n'))
  })
}
const published = performance.now()
await all
const seconds = since => ((performance.now() - since) / 1000).toFixed(1)
console.log(`${2 * stalled} stalled and ${2 * reading} reading, ${events} events published in ${((published - begin) / 1000).toFixed(1)} s: `
  + `${complete} readers came to the end in ${seconds(begin)} s, ${incomplete} were cut, ${lost} losses told`)

// A socket that reads nothing does not see its end, so the hub is asked.
async function countOpen() {
  const metrics = await (await fetch(new URL('/metrics', process.argv[2]))).text()
  return kinds.reduce((sum, kind) => sum + Number(metrics.match(new RegExp(`transport="${kind}-websocket"} (\\d+)`))[1]), 0)
}
let left = await countOpen()
while (left > 2 * reading && performance.now() - published < 60_000) {
  await new Promise(resolve => setTimeout(resolve, 500))
  left = await countOpen()
}
console.log(`${left - 2 * reading} of the stalled were still there ${seconds(published)} s after the last event was published`)
for (const socket of sockets) socket.destroy()
process.exit()
