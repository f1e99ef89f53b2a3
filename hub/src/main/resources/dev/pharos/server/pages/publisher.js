// Publishes to the hub with fetch, nothing else.

const EVENTS = '/events'

/** Publishes the ledger's next events to a topic. */
export class Publisher {
  #topic
  #ledger
  #onBlocked

  /** @param onBlocked called when an answer is slow to come, maybe because the browser's connections are all in use */
  constructor(topic, ledger, onBlocked) {
    this.#topic = topic
    this.#ledger = ledger
    this.#onBlocked = onBlocked
  }

  /** One event, as a form. */
  async one() {
    const { n, data } = this.#ledger.write()
    await this.#post({ body: new URLSearchParams({ topic: this.#topic, data }) })
    this.#ledger.acknowledge(n)
  }

  /** Many events in one request, one a line. */
  async many(number) {
    const request = {}
    const events = Array.from({ length: number }, () => this.#ledger.write(request))
    const lines = events.map(({ data }) => JSON.stringify({ topic: this.#topic, data }))
    await this.#post({ headers: { 'Content-Type': 'application/x-ndjson' }, body: `${lines.join('\n')}\n` })
    for (const { n } of events) this.#ledger.acknowledge(n)
  }

  async #post(request) {
    const blocked = setTimeout(this.#onBlocked, 400)
    try {
      await post(request)
    } finally {
      clearTimeout(blocked)
    }
  }
}

/** Posts to the hub; throws with a sentence when it does not take it. */
export async function post(request) {
  let answer
  try {
    answer = await fetch(EVENTS, { method: 'POST', ...request })
  } catch {
    throw new Error('the hub cannot be reached')
  }
  if (!answer.ok) throw new Error((await answer.text()).trim())
}
