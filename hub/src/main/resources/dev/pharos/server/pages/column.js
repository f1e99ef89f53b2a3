// One technology on the page: a reader, its figures, and a button that cuts its connection.

import { Receipts } from './ledger.js'
import { Strip } from './strip.js'
import { bytes, count, duration } from './format.js'

const AWAY_MILLIS = 3_000
/** How many of the newest events to ask for should the hub be another one with a log of its own. */
export const AFTER_LOSS = 1_000
/** Where columns are stacked, so that what does not change has to make room for what does. */
const narrow = matchMedia('(max-width: 34rem)')
export const CONNECTED = ['live', 'resumed', 'lost']

export class Column {
  #transport
  #topic
  #reader
  #receipts
  #strip
  #parts
  #open = false
  #begun = false
  #stands = null
  #first = null
  #burst = null
  #connected = Infinity
  #away = null
  #paused = false
  state = 'closed'

  constructor(transport, topic, ledger, onBlocked) {
    const { key, name, code, facts, reader: Reader } = transport
    this.key = key
    this.name = name
    this.#transport = transport
    this.#topic = topic
    this.#receipts = new Receipts(ledger)
    this.#reader = new Reader({
      topic,
      last: AFTER_LOSS,
      onState: (state, reason) => this.#onState(state, reason),
      onEvent: event => this.#onEvent(event),
      onBlocked,
    })
    this.element = this.#build(code, facts)
    this.#strip = new Strip(this.element.querySelector('canvas'), name)
  }

  #build(code, facts) {
    const element = document.getElementById('column').content.firstElementChild.cloneNode(true)
    const part = selector => element.querySelector(selector)
    element.dataset.transport = this.key
    element.setAttribute('aria-label', this.name)
    part('h2').textContent = this.name
    part('.code-line code').textContent = code
    part('details').open = !narrow.matches
    for (const [term, fact] of facts) {
      const row = document.createElement('div')
      row.append(Object.assign(document.createElement('dt'), { textContent: term }))
      row.append(Object.assign(document.createElement('dd'), { textContent: fact }))
      part('.facts').append(row)
    }
    this.#parts = { state: part('.state'), outcome: part('.outcome'), away: part('.away'), cut: part('.cut button') }
    for (const figure of element.querySelectorAll('[data-figure]')) this.#parts[figure.dataset.figure] = figure
    this.#parts.cut.setAttribute('aria-label', `Cut the line of ${this.name}`)
    this.#parts.cut.addEventListener('click', () => this.cut())
    return element
  }

  /** Takes the time from opening a connection to the first event, the newest there is; then closes it again. */
  measure() {
    return new Promise(resolve => {
      const done = first => {
        clearTimeout(patience)
        reader.close()
        this.#first = first
        this.#reader.cursor = reader.cursor
        resolve()
      }
      const patience = setTimeout(done, 1_000, null)
      const start = performance.now()
      const reader = new this.#transport.reader({
        topic: this.#topic,
        last: 1,
        onEvent: () => done(performance.now() - start),
      })
      reader.open()
    })
  }

  /** Opens the connection, from the cursor of the last measurement; resolves when it stands, or after a while. */
  open() {
    this.#open = true
    this.#receipts.begin()
    if (!this.#paused) this.#reader.open()
    return new Promise(resolve => {
      this.#stands = resolve
      setTimeout(resolve, 3_000)
    })
  }

  /** Breaks the connection and comes back after a while, with the cursor. */
  cut() {
    if (this.#away || this.#paused || !this.connected) return
    this.#away = { from: performance.now(), received: this.#receipts.received, twice: this.#receipts.twice }
    this.#leave('cut')
    this.#parts.cut.disabled = true
    this.#parts.outcome.textContent = ''
    setTimeout(() => {
      this.#away.back = performance.now()
      if (!this.#paused) this.#reader.open()
    }, AWAY_MILLIS)
  }

  /** Lets go of the connection while nobody looks. */
  pause() {
    this.#paused = true
    if (this.#open && !this.#away) this.#leave('waiting')
  }

  /** Goes on where it was. */
  resume() {
    this.#paused = false
    if (this.#open && (!this.#away || this.#away.back)) this.#reader.open()
  }

  #leave(state) {
    this.#reader.close()
    this.#onState(state)
  }

  yieldConnection() {
    this.#reader.yieldConnection?.()
  }

  get connected() {
    return CONNECTED.includes(this.state)
  }

  #onState(state, reason = '') {
    const was = this.connected
    if (state === 'resumed' && !this.#begun) state = 'live' // it continues its own measurement
    this.state = state
    this.#parts.state.dataset.state = state
    this.#parts.state.textContent = state
    this.#parts.state.title = reason
    if (this.connected) {
      this.#begun = true
      this.#stands?.()
      if (!was) this.#connected = performance.now()
      this.#strip.join()
      if (state === 'lost') this.#receipts.lose()
      if (this.#away?.back) this.#settle(state)
      else if (state === 'lost') this.#parts.outcome.textContent = `The hub says that history is gone: ${reason || 'it cannot tell what was missed'}.`
    } else {
      this.#connected = Infinity
      this.#strip.leave()
    }
    this.onChange?.()
  }

  /** Tells what became of a cut once everything published meanwhile is there, or has not come for too long. */
  #settle(state) {
    const { from, back, received, twice } = this.#away
    const reconnected = performance.now()
    const check = () => {
      const { missing, lost } = this.#receipts.missing(this.#connected)
      const open = this.#receipts.unseen.some(event => event.at < reconnected)
      if (open && !missing && !lost && this.connected) return void setTimeout(check, 50)
      this.#away = null
      this.#parts.cut.disabled = false
      const came = this.#receipts.received - received
      const again = this.#receipts.twice - twice
      this.#parts.outcome.textContent = `${state === 'lost' ? 'Told that history is lost' : 'Resumed'}`
        + ` ${duration(reconnected - back)} after coming back. ${count(came)} ${came === 1 ? 'event' : 'events'} since the cut, `
        + `${verdict(missing, 'missing')}, ${verdict(again, 'twice')}.`
      this.#parts.outcome.title = `away for ${duration(back - from)}`
      this.onChange?.()
    }
    check()
  }

  #onEvent(received) {
    const { fresh, event, at, delay } = this.#receipts.take(received)
    if (fresh && event && at > this.#connected) {
      if (!event.request) this.#receipts.compare(delay, received.bytes)
      else this.#burst = delay
    }
    if (fresh) this.#strip.dot(at, delay)
  }

  draw() {
    this.#strip.draw(this.#receipts.unseen)
  }

  /** Writes the figures. */
  show() {
    const { received, twice, late, delay, bytes: size } = this.#receipts
    const { missing, lost } = this.#receipts.missing(this.#connected)
    write(this.#parts.delay, duration(delay))
    write(this.#parts.first, duration(this.#first))
    write(this.#parts.bytes, bytes(size))
    write(this.#parts.burst, duration(this.#burst))
    write(this.#parts.received, count(received))
    write(this.#parts.missing, count(missing), missing > 0)
    write(this.#parts.twice, count(twice), twice > 0)
    write(this.#parts.away, this.state === 'cut' ? `Away; ${count(this.#receipts.unseen.length)} published meanwhile.`
      : lost ? `${count(lost)} lost, and told so.` : '')
    return { name: this.name, delay, bytes: size, missing, twice, late }
  }
}

export const verdict = (number, word) => number ? `${count(number)} ${word}` : `none ${word}`

export function write(element, text, bad = false) {
  if (element.textContent !== text) element.textContent = text
  element.classList.toggle('bad', bad)
}
