// A chat: published by fetch, read by EventSource, nothing else.

import { post } from './publisher.js'

const TOPIC = 'pharos/chat'
const SHOWN = 200

export class Chat {
  #list
  #form
  #failure
  #source = null
  #again = null
  #cursor = null
  #seen = new Set()

  constructor({ list, form, failure }) {
    this.#list = list
    this.#form = form
    this.#failure = failure
    form.addEventListener('submit', event => {
      event.preventDefault()
      this.#say()
    })
  }

  open() {
    const query = new URLSearchParams({ topic: TOPIC, last: 20, control: 'true' })
    if (this.#cursor) query.set('lastEventId', this.#cursor)
    const source = this.#source = new EventSource(`/events?${query}`)
    source.onmessage = event => this.#take(event)
    source.addEventListener('pharos', event => {
      this.#cursor = event.lastEventId
      if (JSON.parse(event.data).state === 'lost') this.#notice('The hub has forgotten what was here before; it was restarted.')
    })
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) this.#again = setTimeout(() => this.open(), 3_000)
    }
  }

  close() {
    clearTimeout(this.#again)
    this.#source?.close()
  }

  async #say() {
    const { name, text } = this.#form.elements
    this.#failure.textContent = ''
    try {
      const data = JSON.stringify({ name: name.value, text: text.value })
      await post({ body: new URLSearchParams({ topic: TOPIC, data }) })
      text.value = ''
    } catch (failure) {
      this.#failure.textContent = `Not sent: ${failure.message}.`
    }
    text.focus()
  }

  #take({ lastEventId, data }) {
    this.#cursor = lastEventId
    if (this.#seen.has(lastEventId)) return
    this.#seen.add(lastEventId)
    if (this.#seen.size > SHOWN) this.#seen.delete(this.#seen.values().next().value)
    const { name, text } = read(data)
    const row = document.createElement('li')
    const who = Object.assign(document.createElement('b'), { textContent: name })
    row.append(who, ' ', text)
    row.classList.toggle('own', name === this.#form.elements.name.value)
    this.#append(row)
  }

  #notice(text) {
    this.#append(Object.assign(document.createElement('li'), { className: 'notice', textContent: text }))
  }

  #append(row) {
    const list = this.#list
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
    list.append(row)
    if (list.children.length > SHOWN) list.firstElementChild.remove()
    if (atEnd) list.scrollTop = list.scrollHeight
  }
}

/** A message of this page, or whatever somebody published from elsewhere. */
function read(data) {
  try {
    const { name, text } = JSON.parse(data)
    if (typeof name === 'string' && typeof text === 'string') return { name, text }
  } catch {
    // plain text, from a terminal say
  }
  return { name: 'somebody', text: data }
}
