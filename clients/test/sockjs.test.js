// The stock SockJS client: each of its transports in Chromium, and those it has in Node.js.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import SockJS from 'sockjs-client'
import { emptyPage, launch } from '../fixtures/browser.js'
import { Hub } from '../fixtures/hub.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }
const IN_BROWSER = [
  'websocket', 'xhr-streaming', 'eventsource', 'iframe-eventsource', 'htmlfile', 'iframe-htmlfile', 'xhr-polling', 'iframe-xhr-polling',
  'jsonp-polling',
]
const IN_NODE = ['websocket', 'xhr-streaming', 'eventsource', 'xhr-polling']
/** What browsers, proxies and scripts have trouble with. */
const HARD = 'é \u2028\u200d\u0000"\\</script><!-- 😀'

/** Opens a session in a page over one transport; gives what came of it. */
async function open(page, url, transport) {
  await page.addScriptTag({ url: `${url}/sockjs-client.js` })
  await page.evaluate(([base, name]) => {
    const seen = window.seen = { frames: [] }
    const socket = window.socket = new SockJS(base, null, { transports: name, timeout: 10_000 })
    socket.onopen = () => seen.transport = socket.transport
    socket.onmessage = ({ data }) => seen.frames.push(JSON.parse(data))
    socket.onclose = ({ code, reason }) => seen.closed = { code, reason }
  }, [`${url}/sockjs`, transport])
  return {
    seen: () => page.evaluate(() => window.seen),
    send: command => page.evaluate(text => window.socket.send(text), JSON.stringify(command)),
    close: () => page.evaluate(() => window.socket.close(3001, 'done')),
  }
}

/** A page of another site. */
async function foreignPage(t, browser) {
  const server = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<!doctype html><body>'))
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const context = await browser.newContext()
  t.after(() => context.close())
  const page = await context.newPage()
  const origin = `http://localhost:${server.address().port}`
  await page.goto(origin)
  return { page, origin }
}

async function conversation(hub, client, topic, transport) {
  const frame = async type => until(`${type} comes`, async () => (await client.seen()).frames.find(each => each.type === type))
  await until('the session is open', async () => {
    const { transport: used, closed } = await client.seen()
    assert.equal(closed, undefined)
    return used
  })
  assert.equal((await client.seen()).transport, transport)
  await client.send({ type: 'subscribe', subscription: 's', topic })
  assert.equal((await frame('subscribed')).state, 'live')
  await client.send({ type: 'publish', ref: '1', event: { topic, data: HARD } })
  assert.equal((await frame('published')).ref, '1')
  assert.equal((await frame('event')).event.data, HARD)
  for (let i = 0; i < 20; i++) await hub.publish(topic, `${i}`)
  const data = async () => (await client.seen()).frames.filter(each => each.type === 'event').map(each => each.event.data)
  await until('all have come', async () => (await data()).length >= 21)
  assert.deepEqual((await data()).slice(1), Array.from({ length: 20 }, (_, i) => `${i}`))
}

describe('sockjs-client in Chromium', () => {
  let hub
  let browser
  before(async () => [hub, browser] = await Promise.all([Hub.start(), launch()]), BOUNDED)
  after(() => Promise.all([hub?.stop(), browser?.close()]))

  for (const transport of IN_BROWSER) {
    test(`subscribes, publishes and reads over ${transport}`, BOUNDED, async t => {
      const page = await emptyPage(browser, hub.url)
      t.after(() => page.context().close())
      const client = await open(page, hub.url, transport)
      await conversation(hub, client, `t-${transport}`, transport)
      await client.close()
      await until('it is closed', async () => (await client.seen()).closed)
    })
  }

  test('a page of a foreign site gets nothing over any transport', { timeout: 120_000 }, async t => {
    for (const transport of IN_BROWSER.filter(name => name !== 'htmlfile')) {
      const { page } = await foreignPage(t, browser)
      const client = await open(page, hub.url, transport)
      if (transport === 'jsonp-polling') {
        // A script is loaded for anybody, but nobody else's page can send what a session needs to read anything.
        await page.evaluate(() => window.socket.onopen = () => window.socket.send('{"type":"subscribe","topic":"*"}'))
      }
      await until(`${transport} is given up`, async () => (await client.seen()).closed)
      assert.deepEqual((await client.seen()).frames, [], transport)
    }
  })
})

describe('sockjs-client in Chromium on an allowed site', () => {
  let browser
  before(async () => browser = await launch(), BOUNDED)
  after(() => browser?.close())

  test('every transport that crosses sites works', { timeout: 120_000 }, async t => {
    const { page, origin } = await foreignPage(t, browser)
    const hub = await Hub.start(0, '--cors', origin)
    t.after(() => hub.stop())
    for (const transport of IN_BROWSER.filter(name => name !== 'htmlfile')) {
      await page.goto(origin)
      const client = await open(page, hub.url, transport)
      await conversation(hub, client, `c-${transport}`, transport)
    }
  })
})

/** A session of Node.js over one transport, or over what the client picks. */
function openHere(t, hub, transport) {
  const seen = { frames: [] }
  const socket = new SockJS(`${hub.url}/sockjs`, null, transport ? { transports: transport } : {})
  t.after(() => socket.close())
  socket.onopen = () => seen.transport = socket.transport
  socket.onmessage = ({ data }) => seen.frames.push(JSON.parse(data))
  socket.onclose = ({ code, reason }) => seen.closed = { code, reason }
  return { seen: async () => seen, send: async command => socket.send(JSON.stringify(command)) }
}

describe('sockjs-client in Node.js', () => {
  let hub
  before(async () => hub = await Hub.start(), BOUNDED)
  after(() => hub?.stop())

  for (const transport of IN_NODE) {
    test(`subscribes, publishes and reads over ${transport}`, BOUNDED, t => conversation(hub, openHere(t, hub, transport), `n-${transport}`, transport))
  }
})

describe("sockjs-client on the JDK's server", () => {
  let hub
  before(async () => hub = await Hub.startOnJdk(), BOUNDED)
  after(() => hub?.stop())

  for (const transport of IN_NODE.filter(name => name !== 'websocket')) {
    test(`subscribes, publishes and reads over ${transport}`, BOUNDED, t => conversation(hub, openHere(t, hub, transport), `j-${transport}`, transport))
  }

  test('picks a transport that is there', BOUNDED, t => conversation(hub, openHere(t, hub), 'j', 'xhr-streaming'))
})
