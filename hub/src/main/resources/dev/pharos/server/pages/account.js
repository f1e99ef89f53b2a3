// What a reader was owed and what it got, event by event, from one point on.

import { PATIENCE_MILLIS, Receipts } from './ledger.js'

const KEPT = 2_000

/** Two positions: how many events were published since it was opened, and how many of them came. */
export class Account {
  #ledger
  #receipts
  #from = Infinity
  #owed = new Map()
  #told = new Set()
  #early = new Set()
  received = 0

  constructor(ledger) {
    this.#ledger = ledger
    this.#receipts = new Receipts(ledger)
    ledger.addEventListener('acknowledged', ({ detail }) => this.#acknowledge(detail))
  }

  /** From now on everything published has to come. */
  open() {
    if (this.#from === Infinity) this.#from = this.#ledger.next
  }

  #acknowledge(n) {
    if (n >= this.#from && !this.#early.delete(n)) this.#owed.set(n, performance.now())
  }

  take(event) {
    const { fresh } = this.#receipts.take(event)
    const n = this.#ledger.number(event.data)
    if (!fresh || !(n >= this.#from)) return
    this.received++
    if (this.#owed.delete(n) || this.#told.delete(n)) return
    this.#early.add(n) // it came before the answer to its publisher
    if (this.#early.size > KEPT) this.#early.delete(this.#early.values().next().value)
  }

  /** The hub told that history is gone: what has not come is no silent loss. */
  lose() {
    for (const n of this.#owed.keys()) this.#told.add(n)
    this.#owed.clear()
  }

  get expected() {
    return this.received + this.#owed.size + this.#told.size
  }

  get lost() {
    return this.#told.size
  }

  /** How many came out of order. */
  get late() {
    return this.#receipts.late
  }

  get twice() {
    return this.#receipts.twice
  }

  /** How many are overdue for a reader that has been connected since a time. */
  missing(since) {
    const late = performance.now() - PATIENCE_MILLIS
    return since > late ? 0 : [...this.#owed.values()].filter(at => at < late).length
  }
}
