// What this page published, so that each column can be held against it.

const KEPT = 2_000
const COMPARED = 100
/** An acknowledged event that a connected column has not seen after this time is missing. */
export const PATIENCE_MILLIS = 1_500

/** The events of this page by number: when each was published, and when the hub acknowledged it, which it tells as it happens. */
export class Ledger extends EventTarget {
  #page = crypto.getRandomValues(new Uint32Array(1))[0].toString(36)
  #events = new Map()
  /** The number that the next event gets. */
  next = 1
  acknowledged = 0

  /** The data of a new event. Many that go out in one request have the same `request`, an object; one alone has none. */
  write(request) {
    const n = this.next++
    this.#events.set(n, { n, request, at: performance.now(), acknowledged: Infinity })
    if (this.#events.size > KEPT) this.#events.delete(n - KEPT)
    return { n, data: JSON.stringify({ page: this.#page, n }) }
  }

  acknowledge(n) {
    const event = this.#events.get(n)
    if (event) event.acknowledged = performance.now()
    this.acknowledged++
    this.dispatchEvent(new CustomEvent('acknowledged', { detail: n }))
  }

  /** The number of a received event, if this page published it. */
  number(data) {
    try {
      const { page, n } = JSON.parse(data)
      return page === this.#page ? n : undefined
    } catch {
      return undefined
    }
  }

  /** Its entry, if it is kept. */
  find(data) {
    return this.#events.get(this.number(data))
  }

  /** Acknowledged events that are not among the ones seen, oldest first. */
  *unseen(seen) {
    for (const event of this.#events.values()) {
      if (event.acknowledged < Infinity && !seen.has(event.n)) yield event
    }
  }
}

/** Whether events of this page come in the order of the log, as far as a page can know it. */
class Order {
  /** When the latest of those that came was published. */
  #latest = -Infinity
  /** Of each request with many, the last that came. */
  #last = new WeakMap()

  /**
   * Takes an event that is new; tells whether it should have come earlier: it was acknowledged before another was even
   * published that has come already, or it stood before another in the same request.
   */
  isViolatedBy({ n, request, at, acknowledged }) {
    const late = acknowledged < this.#latest || n < this.#last.get(request)
    this.#latest = Math.max(this.#latest, at)
    if (request) this.#last.set(request, n)
    return late
  }
}

/** What one column received of it. */
export class Receipts {
  #ledger
  #order = new Order()
  #numbers = new Set()
  #ids = new Set()
  #live = []
  #begin = Infinity
  #told = 0
  received = 0
  twice = 0
  /** How many came behind one that they should have come before. */
  late = 0

  constructor(ledger) {
    this.#ledger = ledger
  }

  /** From now on everything published has to come. */
  begin() {
    this.#begin = performance.now()
  }

  /** The hub told that history is gone: what was published before and does not come is no silent loss. */
  lose() {
    this.#told = performance.now()
  }

  /** Takes an event; tells whether it is new, what the ledger knows of it, and how long it took. */
  take({ id, data }) {
    const now = performance.now()
    const fresh = !this.#ids.has(id)
    const event = this.#ledger.find(data)
    if (fresh) {
      remember(this.#ids, id)
      this.received++
      if (event && this.#order.isViolatedBy(event)) this.late++
    } else {
      this.twice++
    }
    if (event) remember(this.#numbers, event.n)
    return { fresh, event, at: event?.at ?? now, delay: event ? now - event.at : null }
  }

  /** Counts an event among those that came live and alone, which are compared. */
  compare(delay, bytes) {
    this.#live.push({ delay, bytes })
    if (this.#live.length > COMPARED) this.#live.shift()
  }

  /** What is to come. */
  get unseen() {
    return [...this.#ledger.unseen(this.#numbers)].filter(event => event.at > this.#begin)
  }

  /** How many should have come to a column that has been connected since a time, and how many it was told it lost. */
  missing(since) {
    const late = performance.now() - PATIENCE_MILLIS
    if (since > late) return { missing: 0, lost: 0 }
    const overdue = this.unseen.filter(event => event.at < late)
    const missing = overdue.filter(event => event.at > this.#told).length
    return { missing, lost: overdue.length - missing }
  }

  get delay() {
    return median(this.#live.map(({ delay }) => delay))
  }

  get bytes() {
    return median(this.#live.map(({ bytes }) => bytes).filter(bytes => bytes !== null))
  }
}

function median(numbers) {
  return numbers.length ? numbers.toSorted((a, b) => a - b)[numbers.length >> 1] : null
}

function remember(set, value) {
  set.add(value)
  if (set.size > KEPT) set.delete(set.values().next().value)
}
