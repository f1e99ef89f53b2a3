// Ways to read the same topic: here those that are plain requests, in duplex.js those that carry messages both ways.
// Each reader keeps its cursor, so that it continues where it was however it is opened, and another may go on from it.
//
// A reader calls: onState('connecting' | 'live' | 'resumed' | 'lost' | 'waiting', reason), and onEvent({ id, data, time, bytes }),
// where bytes is what the wire carried for this event, or null if that cannot be told.

import { RequestHeads, answerHeadSize, blockSize, sizeOf } from './wire.js'

export const EVENTS = '/events'

export class Reader {
  cursor = null

  /** @param onBlocked called when an answer is slow to come, maybe because the browser's connections are all in use */
  constructor({ topic, last = 0, onState = () => {}, onEvent, onBlocked = () => {} }) {
    this.topic = topic
    this.last = last
    this.onState = onState
    this.onEvent = onEvent
    this.onBlocked = onBlocked
  }

  query(more = {}) {
    const query = new URLSearchParams({ topic: this.topic, ...more })
    if (this.last) query.set('last', this.last)
    if (this.cursor) query.set('lastEventId', this.cursor)
    return `${EVENTS}?${query}`
  }
}

/** Waits that grow, spread by chance, so that a hub that comes back is not stormed. */
export class Backoff {
  #tries = 0

  reset() {
    this.#tries = 0
  }

  next() {
    const most = Math.min(5_000, 500 * 2 ** this.#tries++)
    return most / 2 + Math.random() * (most / 2)
  }
}

/** Server-Sent Events by the browser's own EventSource, which reconnects and resumes by itself. */
export class StreamReader extends Reader {
  #source = null
  #again = null
  #backoff = new Backoff()

  open() {
    this.onState('connecting')
    this.#connect()
  }

  #connect() {
    const source = this.#source = new EventSource(this.query({ control: 'true' }))
    source.onmessage = event => this.#take(event)
    source.addEventListener('pharos', event => {
      this.#backoff.reset()
      this.cursor = event.lastEventId
      const { state, reason } = JSON.parse(event.data)
      this.onState(state, reason)
    })
    source.onerror = () => {
      this.onState('waiting')
      // It gives up for good on an answer that is no stream, such as a proxy's 502 while the hub is away.
      if (source.readyState === EventSource.CLOSED) this.#again = setTimeout(() => this.#connect(), this.#backoff.next())
    }
  }

  #take({ lastEventId, data }) {
    this.cursor = lastEventId
    this.onEvent({ id: lastEventId, data, bytes: blockSize({ id: lastEventId, data }) })
  }

  close() {
    clearTimeout(this.#again)
    this.#source?.close()
  }
}

/** Long polling: one request after the other, each waiting for the next events. */
export class PollReader extends Reader {
  #heads = new RequestHeads()
  #abort = null
  #opened = false

  open() {
    this.onState('connecting')
    this.#opened = true
    this.#run()
  }

  async #run() {
    const backoff = new Backoff()
    let told = false
    while (this.#opened) {
      const abort = this.#abort = new AbortController()
      try {
        const answer = await this.#poll(told ? 20 : 0, abort.signal)
        if (this.#abort !== abort) return
        backoff.reset()
        if (!told || answer.state === 'lost') this.onState(answer.state)
        told = true
        this.cursor = answer.lastEventId
        for (const event of answer.events) {
          this.onEvent({ ...event, bytes: answer.bytes / answer.events.length })
        }
      } catch (failure) {
        if (this.#abort !== abort) return
        if (failure.name === 'AbortError') continue
        told = false
        this.onState('waiting')
        await new Promise(resume => setTimeout(resume, backoff.next()))
        if (this.#abort !== abort) return
      }
    }
  }

  async #poll(wait, signal) {
    const url = this.query({ wait })
    const accept = 'application/json'
    const asked = await this.#heads.sizeOf(url, accept)
    const response = await fetch(url, { headers: { Accept: accept }, cache: 'no-store', signal })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return { ...JSON.parse(text), bytes: asked + answerHeadSize(response) + sizeOf(text) }
  }

  /** Gives its connection back for a moment: a browser has only six for a site. */
  yieldConnection() {
    if (this.#opened) this.#abort.abort()
  }

  close() {
    this.#opened = false
    const abort = this.#abort
    this.#abort = null
    abort?.abort()
  }
}
