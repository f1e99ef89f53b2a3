// Readers that speak pharos.v1: commands up, events down, over whatever carries messages both ways.

import '/sockjs-client.js' // a script of the old kind, which leaves window.SockJS
import { io } from '/socket.io-client.js'
import { Backoff, EVENTS, Reader } from './readers.js'
import { frameSize } from './wire.js'

/** What EventSource does by itself is done here by hand, for a line that looks like a WebSocket. */
class CommandReader extends Reader {
  #line = null
  #again = null
  #retry = 0
  #backoff = new Backoff()

  open() {
    this.onState('connecting')
    this.#connect()
  }

  #connect() {
    const line = this.#line = this.dial()
    line.onopen = () => line.send(JSON.stringify({ type: 'subscribe', ...subscription(this) }))
    line.onmessage = ({ data }) => {
      if (this.#line === line) this.#take(JSON.parse(data), data)
    }
    line.onclose = () => {
      if (this.#line !== line) return
      this.onState('waiting')
      this.#again = setTimeout(() => this.#connect(), this.#retry || this.#backoff.next())
      this.#retry = 0
    }
  }

  #take(message, text) {
    switch (message.type) {
      case 'event':
        this.cursor = message.event.id
        this.onEvent({ ...message.event, bytes: this.weigh(text, this.#line) })
        break
      case 'subscribed':
        this.#backoff.reset()
        this.cursor = message.lastEventId
        this.onState(message.state, message.reason)
        break
      case 'lost':
        this.cursor = message.lastEventId
        this.onState('lost', message.reason)
        break
      case 'cursor':
        this.cursor = message.lastEventId
        break
      case 'drain':
        this.#retry = message.retry
        break
      case 'error':
        this.#line.close() // and try again
        break
    }
  }

  close() {
    clearTimeout(this.#again)
    const line = this.#line
    this.#line = null
    line?.close()
  }
}

/** WebSocket, subprotocol pharos.v1. */
export class SocketReader extends CommandReader {
  dial() {
    const url = new URL(EVENTS, location.href)
    url.protocol = url.protocol.replace('http', 'ws')
    return new WebSocket(url, 'pharos.v1')
  }

  weigh(text) {
    return frameSize(text)
  }
}

/** SockJS by its stock client. */
export class SockJsReader extends CommandReader {
  dial() {
    const line = new SockJS('/sockjs', null, { transports: ['websocket', 'xhr-streaming', 'xhr-polling'] })
    // It asks for /info first, and for that a connection has to be free.
    setTimeout(() => line.readyState === SockJS.CONNECTING && this.onBlocked(), 400)
    return line
  }

  weigh(text, line) {
    return line.transport === 'websocket' ? frameSize(`a${JSON.stringify([text])}`) : null
  }
}

/** Socket.IO by its stock client, which reconnects by itself; it has only to be told from where to go on. */
export class SocketIoReader extends Reader {
  #socket = null
  #again = null
  #backoff = new Backoff()

  open() {
    this.onState('connecting')
    // The WebSocket first, for polling would take two of the browser's connections.
    const socket = this.#socket = io({ forceNew: true, transports: ['websocket', 'polling'], tryAllTransports: true, reconnectionDelay: 500 })
    socket.on('connect', () => {
      if (socket.recovered) this.#subscribed(socket, { state: 'resumed', lastEventId: this.cursor })
      else socket.emit('subscribe', subscription(this), answer => this.#subscribed(socket, answer))
    })
    socket.on('event', (...values) => this.#take(values))
    socket.on('cursor', ({ lastEventId }) => this.cursor = lastEventId)
    socket.on('lost', ({ lastEventId, reason }) => {
      this.cursor = lastEventId
      this.onState('lost', reason)
    })
    socket.on('disconnect', () => this.#wait())
    socket.on('connect_error', () => this.#wait())
  }

  #subscribed(socket, { type, state, lastEventId, reason }) {
    if (this.#socket !== socket) return
    if (type === 'error') {
      socket.disconnect() // and try again
      return
    }
    this.#backoff.reset()
    this.cursor = lastEventId
    this.onState(state, reason)
  }

  /** An event, the subscription's name, and where the hub recovers connections its offset. */
  #take(values) {
    const [event] = values
    this.cursor = event.id
    const onSocket = this.#socket.io.engine.transport.name === 'websocket'
    this.onEvent({ ...event, bytes: onSocket ? frameSize(`42${JSON.stringify(['event', ...values])}`) : null })
  }

  #wait() {
    this.onState('waiting')
    // It comes back by itself, unless one of the two ends has said goodbye.
    if (this.#socket.active) return
    clearTimeout(this.#again)
    this.#again = setTimeout(() => this.#socket?.connect(), this.#backoff.next())
  }

  close() {
    clearTimeout(this.#again)
    const socket = this.#socket
    this.#socket = null
    socket?.off()
    socket?.disconnect()
  }
}

function subscription({ topic, last, cursor }) {
  return { subscription: 'page', topics: [topic], last, lastEventId: cursor }
}
