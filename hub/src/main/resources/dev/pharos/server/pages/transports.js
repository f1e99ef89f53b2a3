// The technologies that are compared; a new one is a new entry here and its reader.

import { SocketIoReader, SocketReader, SockJsReader } from './duplex.js'
import { PollReader, StreamReader } from './readers.js'

export const TRANSPORTS = [
  {
    key: 'sse',
    name: 'Server-Sent Events',
    code: "new EventSource('/events?topic=…')",
    reader: StreamReader,
    facts: [
      ['Comes back', 'by itself, with its cursor: the browser does it'],
      ['Sends', 'by fetch, beside it'],
      ['Passes', 'whatever passes HTTP and does not hold answers back'],
      ['Choose it', 'for nearly everything that a server tells a page'],
    ],
  },
  {
    key: 'poll',
    name: 'Long polling',
    code: "fetch('/events?topic=…&lastEventId=…')",
    reader: PollReader,
    facts: [
      ['Comes back', 'with its next request; the loop is yours to write'],
      ['Sends', 'by fetch, beside it'],
      ['Passes', 'everything, also what holds answers back'],
      ['Choose it', 'where streams are buffered, or for a few events an hour'],
    ],
  },
  {
    key: 'websocket',
    name: 'WebSocket',
    code: "new WebSocket('/events', 'pharos.v1')",
    reader: SocketReader,
    facts: [
      ['Comes back', 'by code that you write, cursor included'],
      ['Sends', 'on the same line, acknowledged'],
      ['Passes', 'what lets HTTP upgrade; some proxies do not'],
      ['Choose it', 'when a page sends as much as it reads'],
    ],
  },
  {
    key: 'sockjs',
    name: 'SockJS',
    code: "new SockJS('/sockjs')",
    reader: SockJsReader,
    facts: [
      ['Comes back', 'by code that you write, cursor included'],
      ['Sends', 'on the same line, acknowledged'],
      ['Passes', 'everything: it tries WebSocket, streams and polls in turn'],
      ['Choose it', 'for a client that you already have, or networks from long ago'],
    ],
  },
  {
    key: 'socketio',
    name: 'Socket.IO',
    code: "io().emit('subscribe', { topic: '…' })",
    reader: SocketIoReader,
    facts: [
      ['Comes back', 'by itself; you say from which cursor'],
      ['Sends', 'on the same line, with acknowledgements both ways'],
      ['Passes', 'everything: WebSocket or polls'],
      ['Choose it', 'for an application that already speaks it'],
    ],
  },
]
