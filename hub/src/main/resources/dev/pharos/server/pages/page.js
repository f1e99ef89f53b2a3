// Puts the page together: the comparison, the machine's ticker and the chat.

import { Chat } from './chat.js'
import { Column } from './column.js'
import { bytes, count, duration } from './format.js'
import { Ledger } from './ledger.js'
import { Machine } from './machine.js'
import { Mover } from './mover.js'
import { Publisher } from './publisher.js'
import { TRANSPORTS } from './transports.js'

const TOPIC = 'pharos/compare'
const MANY = 100

const part = id => document.getElementById(id)
const calm = matchMedia('(prefers-reduced-motion: reduce)')

const ledger = new Ledger()
const columns = TRANSPORTS.map(transport => new Column(transport, TOPIC, ledger, yieldConnections))
const mover = new Mover({ element: part('mover'), topic: TOPIC, ledger, transports: TRANSPORTS, onBlocked: yieldConnections })
const publisher = new Publisher(TOPIC, ledger, yieldConnections)
const machine = new Machine({ tiles: part('tiles'), chart: part('chart'), note: part('machine-state') })
const chat = new Chat({ list: part('messages'), form: part('say'), failure: part('say-failure') })
let measured = false

part('columns').prepend(...columns.map(column => column.element))
part('curl').textContent = `curl -d topic=${TOPIC} -d data=Hello ${location.origin}/events`
part('name').value = sessionStorage.getItem('name') ?? `guest ${Math.floor(Math.random() * 90) + 10}`
part('name').addEventListener('change', event => sessionStorage.setItem('name', event.target.value))
part('steady').checked = !calm.matches

part('publish-one').addEventListener('click', () => publish(() => publisher.one()))
part('publish-many').addEventListener('click', () => publish(() => publisher.many(MANY)))
part('cut-all').addEventListener('click', () => columns.forEach(column => column.cut()))
part('copy').hidden = !navigator.clipboard
part('copy').addEventListener('click', copy)

columns.forEach(column => column.onChange = showHub)
setInterval(() => {
  if (part('steady').checked && measured && !document.hidden) publish(() => publisher.one())
}, 1_000)
setInterval(show, 250)
setInterval(draw, calm.matches ? 250 : 60)

if (document.hidden) document.addEventListener('visibilitychange', begin, { once: true })
else begin()

/** Measures and opens one column after the other, so that none is measured while another is busy. */
async function begin() {
  document.addEventListener('visibilitychange', () => document.hidden ? leave() : comeBack())
  await publish(() => publisher.one())
  for (const column of columns) await column.measure() // with a cold hub and a cold browser
  for (const column of columns) {
    await column.measure()
    await column.open()
  }
  mover.open()
  await publish(() => publisher.one())
  measured = true
  if (document.hidden) return
  machine.open()
  chat.open()
}

function yieldConnections() {
  for (const reader of [...columns, mover]) reader.yieldConnection()
}

async function publish(action) {
  try {
    await action()
    part('published').textContent = `${count(ledger.acknowledged)} published`
    part('publish-failure').textContent = ''
  } catch (failure) {
    part('publish-failure').textContent = `Not published: ${failure.message}.`
  }
}

function show() {
  if (document.hidden) return
  mover.show()
  const figures = columns.map(column => column.show())
  if (figures.every(({ delay }) => delay !== null)) part('verdict').textContent = sentence(figures)
}

function sentence(figures) {
  const each = figures.map(({ name, delay, bytes: size }) => `${name} ${duration(delay)} and ${bytes(size)}`)
  const flawless = figures.every(({ missing, twice, late }) => !missing && !twice && !late)
  return `Here and now, an event takes: ${each.join(', ')}.${flawless ? ' Nothing is missing, nothing came twice, all came in order.' : ''}`
}

function draw() {
  if (!document.hidden) columns.forEach(column => column.draw())
}

function showHub() {
  const states = columns.map(column => column.state)
  const state = columns.some(column => column.connected) ? 'live'
    : ['waiting', 'connecting', 'cut'].find(word => states.includes(word)) ?? 'connecting'
  const words = {
    live: `${location.host} is live`,
    waiting: `${location.host} is away; waiting for it`,
    connecting: 'connecting',
    cut: 'every line is cut',
  }
  if (part('hub-text').textContent === words[state]) return
  part('hub').dataset.state = state
  part('hub-text').textContent = words[state]
}

/** Gives the connections back while nobody looks: all tabs share the browser's six. */
function leave() {
  machine.close()
  chat.close()
  for (const reader of [...columns, mover]) reader.pause()
}

function comeBack() {
  if (measured) {
    machine.open()
    chat.open()
  }
  for (const reader of [...columns, mover]) reader.resume()
}

async function copy() {
  await navigator.clipboard.writeText(part('curl').textContent)
  part('copy').textContent = 'Copied'
  setTimeout(() => part('copy').textContent = 'Copy', 1_500)
}
