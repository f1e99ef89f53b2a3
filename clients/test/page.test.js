import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { launch } from '../fixtures/browser.js'
import { Hub } from '../fixtures/hub.js'
import { Line } from '../fixtures/line.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }
const TRANSPORTS = ['sse', 'poll', 'websocket', 'sockjs', 'socketio']
const PICTURES = process.env.PHAROS_PICTURES ?? join(import.meta.dirname, '../target')

let browser
let hub

before(async () => {
  mkdirSync(PICTURES, { recursive: true })
  ;[browser, hub] = await Promise.all([launch(), Hub.start()])
}, BOUNDED)

after(async () => {
  await browser?.close()
  await hub?.stop()
})

/** Opens the page; whatever it reports as an error is in `errors`. */
async function open(t, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  const errors = []
  page.on('console', message => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', error => errors.push(String(error)))
  await page.goto(url)
  t.after(() => context.close())
  return { page, errors }
}

const figure = (page, transport, name) =>
  page.textContent(`[data-transport=${transport}] [data-figure=${name}]`)

const states = page => page.$$eval('.column .state', all => all.map(state => state.textContent))

async function everyColumn(page, what, name, text) {
  for (const transport of TRANSPORTS) {
    await until(`${transport} shows ${text} ${what}`, async () => await figure(page, transport, name) === text)
  }
}

test('every column receives, measures, and has nothing missing', BOUNDED, async t => {
  const { page, errors } = await open(t, hub.url)
  await everyColumn(page, 'received', 'received', '1')
  assert.deepEqual(await states(page), TRANSPORTS.map(() => 'live'))
  await page.click('#publish-one')
  await everyColumn(page, 'received', 'received', '2')
  await page.click('#publish-many')
  await everyColumn(page, 'received', 'received', '102')
  await everyColumn(page, 'missing', 'missing', '0')
  await everyColumn(page, 'twice', 'twice', '0')
  for (const transport of TRANSPORTS) {
    for (const name of ['delay', 'first', 'burst']) assert.match(await figure(page, transport, name), /^[\d.]+ m?s$/, `${transport} ${name}`)
  }
  await until('the sentence sums up', async () => /Nothing is missing/.test(await page.textContent('#verdict')))
  assert.deepEqual(errors, [])
})

test('a cut line comes back with its cursor, by itself and with the others', BOUNDED, async t => {
  const { page, errors } = await open(t, hub.url)
  await everyColumn(page, 'received', 'received', '1')
  await page.click('[data-transport=sse] .cut button')
  await page.click('#cut-all')
  await until('every line is cut', async () => (await states(page)).every(state => state === 'cut'))
  await page.click('#publish-many')
  await until('it is acknowledged', async () => (await page.textContent('#published')).startsWith('102 '))
  assert.equal(await figure(page, 'sse', 'received'), '1')
  await everyColumn(page, 'received', 'received', '101')
  assert.deepEqual(await states(page), TRANSPORTS.map(() => 'resumed'))
  for (const transport of TRANSPORTS) {
    await until(`${transport} says so`, async () =>
      /Resumed .* 100 events since the cut, none missing, none twice\./.test(await page.textContent(`[data-transport=${transport}] .outcome`)))
  }
  assert.deepEqual(errors, [])
})

test('a reader moves through all transports while events keep coming, and nothing is missing or comes twice', BOUNDED, async t => {
  const { page, errors } = await open(t, hub.url)
  await everyColumn(page, 'received', 'received', '1')
  const mover = async name => Number((await page.textContent(`#mover [data-figure=${name}]`)).replaceAll(',', ''))
  const published = async () => Number((await page.textContent('#published')).replace(/\D/g, ''))
  const stops = new Set()
  await until('it reads', async () => await page.textContent('#mover .state') === 'live')
  await page.evaluate(() => {
    const click = (id, number) => {
      document.getElementById(id).click()
      window.asked += number
    }
    window.asked = 0
    window.publishing = [setInterval(click, 25, 'publish-one', 1), setInterval(click, 400, 'publish-many', 100)]
  })
  for (let move = 0; move < 2 * TRANSPORTS.length; move++) {
    const position = await mover('received')
    await page.click('#mover button')
    stops.add(await page.getAttribute('#mover', 'data-at'))
    await until('it goes on', async () => await page.textContent('#mover .state') === 'resumed' && await mover('received') > position)
  }
  assert.deepEqual([...stops].sort(), [...TRANSPORTS].sort())
  for (let move = 0; move < TRANSPORTS.length; move++) await page.click('#mover button') // whether it has arrived or not
  await page.evaluate(() => window.publishing.forEach(clearInterval))
  const asked = await page.evaluate(() => window.asked)
  assert.ok(asked > 300, `${asked} were published`)
  await until('every one is acknowledged', async () => await published() === asked + 2) // with two of the page itself
  await until('every one has come', async () =>
    await mover('moves') === 3 * TRANSPORTS.length && await mover('received') >= asked && await mover('received') === await mover('expected'))
  for (const name of ['missing', 'twice', 'late']) assert.equal(await mover(name), 0, name)
  await everyColumn(page, 'missing', 'missing', '0')
  await everyColumn(page, 'twice', 'twice', '0')
  await until('the sentence sums up', async () => /all came in order/.test(await page.textContent('#verdict')))
  assert.deepEqual(errors, [])
})

test('a reader goes on moving while the hub is started anew on its log, and nothing is missing, twice or out of order', BOUNDED, async t => {
  const data = await mkdtemp(join(tmpdir(), 'pharos-page-'))
  t.after(() => rm(data, { recursive: true, force: true }))
  let mine = await Hub.start(0, '--data', data)
  t.after(() => mine.stop())
  const { page } = await open(t, mine.url)
  const mover = async name => Number((await page.textContent(`#mover [data-figure=${name}]`)).replaceAll(',', ''))
  const state = () => page.textContent('#mover .state')
  await until('it reads', async () => await state() === 'live')
  await page.evaluate(() => {
    const publish = (id, millis) => setInterval(() => document.getElementById(id).click(), millis)
    window.publishing = [publish('publish-one', 40), publish('publish-many', 500)]
  })
  const move = () => page.click('#mover button')
  await until('it has read much', async () => await mover('received') > 100)
  await move()
  const away = mine.stop()
  await move() // into a hub that stops
  await away
  await until('it waits', async () => await state() === 'waiting')
  await move() // and while there is none
  await move()
  mine = await mine.restart()
  await until('it goes on', async () => await state() === 'resumed')
  const position = await mover('received')
  for (let moves = 0; moves < TRANSPORTS.length; moves++) {
    await move()
    await until('it goes on', async () => await state() === 'resumed')
  }
  await until('it has read more', async () => await mover('received') > position + 100)
  await page.evaluate(() => window.publishing.forEach(clearInterval))
  const published = async () => Number((await page.textContent('#published')).replace(/\D/g, ''))
  await until('every one that was acknowledged has come', async () => {
    const expected = await mover('expected')
    return await mover('moves') === 4 + TRANSPORTS.length && await mover('received') === expected && expected + 3 >= await published()
  })
  for (const name of ['missing', 'twice', 'late']) assert.equal(await mover(name), 0, name)
  assert.equal(await page.textContent('#mover [data-figure=lost]'), '')
})

test('the counter of the reader that moves tells what is missing, twice and out of order', BOUNDED, async t => {
  const { page } = await open(t, hub.url)
  const counted = await page.evaluate(async () => {
    const [{ Ledger }, { Account }] = await Promise.all([import('/ledger.js'), import('/account.js')])
    const tick = () => new Promise(resume => setTimeout(resume, 5))
    /** Publishes, each after the one before it was acknowledged; gives the events as readers get them. */
    const publish = async (ledger, sizes) => {
      const all = []
      for (const size of sizes) {
        const request = size === 1 ? undefined : {}
        const events = Array.from({ length: size }, () => ledger.write(request))
        await tick()
        for (const { n } of events) ledger.acknowledge(n)
        await tick()
        all.push(...events.map(({ n, data }) => ({ id: `id ${n}`, data })))
      }
      return all
    }
    const count = async (sizes, arrange) => {
      const ledger = new Ledger()
      const account = new Account(ledger)
      account.open()
      for (const event of arrange(await publish(ledger, sizes))) account.take(event)
      const { received, expected, twice, late } = account
      return { received, expected, twice, late }
    }
    const countTogether = () => {
      const ledger = new Ledger()
      const account = new Account(ledger)
      account.open()
      const [[a, b], [c, d]] = [{}, {}].map(request => [ledger.write(request), ledger.write(request)])
      for (const { n, data } of [c, a, d, b]) account.take({ id: `id ${n}`, data })
      return account.late
    }
    return {
      lateOfManyTogether: countTogether(),
      sound: await count([1, 1, 3, 1], all => all),
      missing: await count([1, 1, 1], ([a, , c]) => [a, c]),
      twice: await count([1, 1, 1], ([a, b, c]) => [a, b, a, c]),
      late: await count([1, 1, 1], ([a, b, c]) => [a, c, b]),
      lateOfMany: await count([4], ([a, b, c, d]) => [a, c, b, d]),
      lateBehindMany: await count([1, 4], ([a, b, c, d, e]) => [b, c, d, e, a]),
    }
  })
  assert.deepEqual(counted, {
    lateOfManyTogether: 0,
    sound: { received: 6, expected: 6, twice: 0, late: 0 },
    missing: { received: 2, expected: 3, twice: 0, late: 0 },
    twice: { received: 3, expected: 3, twice: 1, late: 0 },
    late: { received: 3, expected: 3, twice: 0, late: 1 },
    lateOfMany: { received: 4, expected: 4, twice: 0, late: 1 },
    lateBehindMany: { received: 5, expected: 5, twice: 0, late: 1 },
  })
})

test('no script names a map that is not there', BOUNDED, async t => {
  const { page } = await open(t, hub.url)
  const scripts = await page.evaluate(async () => {
    const urls = performance.getEntriesByType('resource').map(({ name }) => name).filter(name => name.endsWith('.js'))
    return Promise.all(urls.map(async url => ({ url, text: await (await fetch(url)).text() })))
  })
  assert.ok(scripts.length > 10 && scripts.some(({ url }) => url.endsWith('/socket.io-client.js')))
  for (const { url, text } of scripts) assert.doesNotMatch(text, /sourceMappingURL/, url)
})

for (const [name, options] of Object.entries({ '': [], ', with recovery of Socket.IO': ['--set', 'socketio.recovery=2m'] })) {
  test(`what is said to be on the wire was on the wire${name}`, BOUNDED, async t => {
    const own = await Hub.start(0, ...options)
    t.after(() => own.stop())
    await measuresTheWire(t, own)
  })
}

async function measuresTheWire(t, served) {
  const line = await Line.to(served)
  t.after(() => line.close())
  const { page } = await open(t, line.url)
  await everyColumn(page, 'received', 'received', '1')
  await page.click('#publish-one')
  await everyColumn(page, 'received', 'received', '2')
  await until('the poll goes on', () => /wait=20[^]*HTTP[^]*wait=20/.test(line.connections.map(({ up }) => up).join('')))
  const shown = async transport => Number.parseInt(await figure(page, transport, 'bytes'))

  const stream = line.connections.map(({ down }) => down).findLast(down => /"n":3.*\n.*\n\n\r\n$/.test(down))
  assert.equal(await shown('sse'), /[\da-f]+\r\ndata: \{"page":"\w+","n":3}\n.*\n\n\r\n$/.exec(stream)[0].length)

  assert.equal(await shown('websocket'), lastFrame(line, '{"type":"event"', '\\"n\\":3').length + 4)
  assert.equal(await shown('sockjs'), lastFrame(line, 'a["{\\"type\\":\\"event\\"', '\\"n\\\\\\":3').length + 4)
  assert.equal(await shown('socketio'), lastFrame(line, '42["event"', '\\"n\\":3').length + 4)

  const { asked, answered } = lastPoll(line)
  assert.equal(await shown('poll'), asked.length + answered.length)
}

/** What the frame of the second event has in it, up to the end of what came down so far. */
function lastFrame(line, begin, number) {
  const frames = line.connections.map(({ down }) => down).find(down => down.includes(begin) && down.includes(number))
  return frames.slice(frames.lastIndexOf(begin))
}

/** The request and the answer of the poll that brought the second event. */
function lastPoll(line) {
  for (const { up, down } of line.connections) {
    const asked = messages(up)
    const answered = messages(down)
    const at = answered.findIndex(answer => /"events":\[.*\\"n\\":3}/.test(answer))
    if (at >= 0) return { asked: asked[at], answered: answered[at] }
  }
  throw new Error('no poll brought the event')
}

/** HTTP messages with a Content-Length or no body. */
function messages(text) {
  const all = []
  for (let rest = text; rest;) {
    const head = rest.indexOf('\r\n\r\n') + 4
    if (head < 4) break
    const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0)
    all.push(rest.slice(0, head + length))
    rest = rest.slice(head + length)
  }
  return all
}

test('a hub that is started anew is found by itself, and every column says that history is lost', BOUNDED, async t => {
  let mine = await Hub.start()
  t.after(() => mine.stop())
  const { page } = await open(t, mine.url)
  await everyColumn(page, 'received', 'received', '1')
  await page.check('#steady')
  await mine.stop()
  await until('every column waits', async () => (await states(page)).every(state => state === 'waiting'))
  assert.match(await page.textContent('#hub-text'), /is away/)
  mine = await mine.restart()
  await until('every column is back', async () => (await states(page)).every(state => state === 'lost'))
  await page.uncheck('#steady')
  const received = await figure(page, 'sse', 'received')
  await page.click('#publish-one')
  await until('it reads again', async () => Number(await figure(page, 'sse', 'received')) > Number(received))
  await everyColumn(page, 'missing', 'missing', '0')
})

test('the ticker shows the machine of the hub', BOUNDED, async t => {
  const { page, errors } = await open(t, hub.url)
  const tile = key => page.textContent(`[data-tile=${key}] dd`)
  await until('figures are there', async () => /^\d+ %$/.test(await tile('cpu')))
  assert.match(await tile('memory'), /^\d+ %$/)
  assert.match(await tile('load'), /^\d+\.\d\d$/)
  await until('it counts this page', async () => Number(await tile('readers')) >= 4)
  assert.equal(await page.$$eval('#chart canvas', all => all.length), 1)
  assert.deepEqual(errors, [])
})

test('the chat shows what others say, as text, with its history', BOUNDED, async t => {
  const first = await open(t, hub.url)
  const said = ({ page }) => page.$$eval('#messages li', all => all.map(row => row.textContent))
  await first.page.fill('#name', 'Ada')
  await first.page.fill('#text', '<img src=x onerror=alert(1)>')
  await first.page.keyboard.press('Enter')
  await until('it is there', async () => (await said(first)).includes('Ada <img src=x onerror=alert(1)>'))
  assert.equal(await first.page.inputValue('#text'), '')
  const second = await open(t, hub.url)
  await until('history is there', async () => (await said(second)).includes('Ada <img src=x onerror=alert(1)>'))
  await hub.publish('pharos/chat', 'from a terminal')
  for (const window of [first, second]) {
    await until('it is there', async () => (await said(window)).includes('somebody from a terminal'))
    assert.equal(await window.page.$$eval('#messages img', all => all.length), 0)
    assert.deepEqual(window.errors, [])
  }
})

test('two windows side by side can publish, though a browser opens six connections only', BOUNDED, async t => {
  const { page } = await open(t, hub.url)
  await everyColumn(page, 'received', 'received', '1')
  const other = await page.context().newPage()
  await other.goto(hub.url)
  await everyColumn(other, 'received', 'received', '1')
  await other.click('#publish-one')
  await everyColumn(other, 'received', 'received', '2')
  await everyColumn(page, 'received', 'received', '4')
})

test('everything can be reached and used by keyboard', BOUNDED, async t => {
  const { page } = await open(t, hub.url)
  await everyColumn(page, 'received', 'received', '1')
  const reached = []
  for (let press = 0; press < 20; press++) {
    await page.keyboard.press('Tab')
    reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute('aria-label') || ''))
  }
  for (const id of ['publish-one', 'publish-many', 'steady', 'cut-all', 'Cut the line of Server-Sent Events', 'messages', 'name', 'text']) {
    assert.ok(reached.includes(id), `${id} is not among ${reached.join(', ')}`)
  }
  await page.focus('#publish-one')
  await page.keyboard.press('Space')
  await everyColumn(page, 'received', 'received', '2')
})

for (const [name, options] of Object.entries({
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
})) {
  test(`fits and is pictured: ${name}`, BOUNDED, async t => {
    const { page, errors } = await open(t, hub.url, options)
    await everyColumn(page, 'received', 'received', '1')
    await page.click('#publish-many')
    await everyColumn(page, 'received', 'received', '101')
    const { wide, room } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, room: innerWidth }))
    assert.ok(wide <= room, `the page is ${wide} wide, the window ${room}`)
    await page.screenshot({ path: join(PICTURES, `page-${name}.png`), fullPage: true })
    assert.deepEqual(errors, [])
  })
}

test('a line that breaks is recovered where Socket.IO recovers, nothing missing and nothing twice', BOUNDED, async t => {
  const own = await Hub.start(0, '--set', 'socketio.recovery=2m')
  t.after(() => own.stop())
  const line = await Line.to(own)
  t.after(() => line.close())
  const { page } = await open(t, line.url)
  await everyColumn(page, 'received', 'received', '1')
  line.cut()
  await until('it is resumed', async () => (await states(page))[TRANSPORTS.indexOf('socketio')] === 'resumed')
  await page.click('#publish-many')
  await everyColumn(page, 'received', 'received', '101')
  await everyColumn(page, 'missing', 'missing', '0')
})
