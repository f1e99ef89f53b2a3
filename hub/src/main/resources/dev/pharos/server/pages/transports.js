// The technologies that are compared; a new one is a new entry here and its reader.

import { PollReader, SocketReader, StreamReader } from './readers.js'

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
]
