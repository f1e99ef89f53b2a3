// One reader that goes from transport to transport with its cursor, and counts that nothing gets lost on the way.

import { Account } from './account.js'
import { AFTER_LOSS, CONNECTED, verdict, write } from './column.js'
import { count, duration } from './format.js'

export class Mover {
  #parts
  #topic
  #transports
  #account
  #onBlocked
  #reader = null
  #cursor = null
  #at
  #moves = 0
  #move = null
  #connected = Infinity
  #paused = false

  constructor({ element, topic, ledger, transports, onBlocked }) {
    const part = selector => element.querySelector(selector)
    this.#parts = { element, state: part('.state'), outcome: part('.outcome'), button: part('button'), stops: part('.stops') }
    for (const figure of element.querySelectorAll('[data-figure]')) this.#parts[figure.dataset.figure] = figure
    this.#topic = topic
    this.#transports = transports
    this.#account = new Account(ledger)
    this.#onBlocked = onBlocked
    this.#at = transports.findIndex(({ key }) => key === 'websocket') // which takes none of the browser's six connections
    for (const { key, name } of transports) {
      const stop = Object.assign(document.createElement('li'), { textContent: name })
      stop.dataset.stop = key
      this.#parts.stops.append(stop)
    }
    this.#parts.button.addEventListener('click', () => this.move())
    this.#mark()
  }

  /** Starts to read, on whatever transport it is to be on, from its cursor. */
  open() {
    const { reader: Reader } = this.#transports[this.#at]
    const reader = this.#reader = new Reader({
      topic: this.#topic,
      last: this.#cursor ? AFTER_LOSS : 0,
      onState: (state, reason) => this.#onState(state, reason),
      onEvent: event => this.#account.take(event),
      onBlocked: this.#onBlocked,
    })
    reader.cursor = this.#cursor
    if (!this.#paused) reader.open()
  }

  /** Closes the reader of one transport and opens that of the next, from the same cursor. */
  move() {
    this.#leave()
    const from = this.#transports[this.#at].name
    this.#at = (this.#at + 1) % this.#transports.length
    this.#moves++
    this.#move = { from, at: performance.now(), position: this.#account.received, twice: this.#account.twice, late: this.#account.late }
    this.#mark()
    this.open()
  }

  /** Lets go of the connection while nobody looks. */
  pause() {
    this.#paused = true
    if (!this.#reader) return
    this.#leave()
    this.#onState('waiting')
  }

  /** Goes on where it was. */
  resume() {
    this.#paused = false
    if (this.#reader) this.open()
  }

  yieldConnection() {
    this.#reader?.yieldConnection?.()
  }

  #leave() {
    this.#reader.close()
    this.#cursor = this.#reader.cursor
    this.#connected = Infinity
  }

  #onState(state, reason = '') {
    this.#parts.state.dataset.state = state
    this.#parts.state.textContent = state
    this.#parts.state.title = reason
    if (!CONNECTED.includes(state)) {
      this.#connected = Infinity
      return
    }
    this.#parts.button.disabled = false
    this.#connected = Math.min(this.#connected, performance.now())
    this.#account.open()
    if (state === 'lost') this.#account.lose()
    if (this.#move) this.#tell(state)
  }

  #tell(state) {
    const { from, at, position, twice, late } = this.#move
    const to = this.#transports[this.#at].name
    this.#move = null
    this.#parts.outcome.textContent = state === 'lost' ? `From ${from} to ${to}, which tells that history is lost.`
      : `From ${from} to ${to} in ${duration(performance.now() - at)}, at position ${count(position)}; `
        + `${verdict(this.#account.twice - twice, 'twice')}, ${verdict(this.#account.late - late, 'out of order')} so far.`
  }

  #mark() {
    const { key } = this.#transports[this.#at]
    const next = this.#transports[(this.#at + 1) % this.#transports.length]
    this.#parts.element.dataset.at = key
    this.#parts.button.textContent = `Move to ${next.name}`
    for (const stop of this.#parts.stops.children) {
      if (stop.dataset.stop === key) stop.setAttribute('aria-current', 'true')
      else stop.removeAttribute('aria-current')
    }
  }

  /** Writes the figures. */
  show() {
    const { received, expected, twice, late, lost } = this.#account
    const missing = this.#account.missing(this.#connected)
    write(this.#parts.received, count(received))
    write(this.#parts.expected, count(expected))
    write(this.#parts.moves, count(this.#moves))
    write(this.#parts.missing, count(missing), missing > 0)
    write(this.#parts.twice, count(twice), twice > 0)
    write(this.#parts.late, count(late), late > 0)
    write(this.#parts.lost, lost ? `${count(lost)} lost, and told so.` : '')
  }
}
