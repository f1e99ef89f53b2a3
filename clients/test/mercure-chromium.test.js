// Pages of one origin read from and publish to a hub of another, as Mercure's users do. Origins differ by their ports, so
// that Chromium sends the hub's cookie from each of them: it is the hub that has to tell them apart.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { launch } from '../fixtures/browser.js'
import { Line } from '../fixtures/line.js'
import { DRAFTS, MercureHub, Site } from '../fixtures/mercure.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }
const MODULES = new URL('../node_modules/', import.meta.url)
const POLYFILL = readFileSync(new URL('event-source-polyfill/src/eventsource.js', MODULES), 'utf8')

let browser
let application
let foreign
let hub

before(async () => {
  [browser, application, foreign] = await Promise.all([launch(), Site.start(), Site.start()])
  for (const file of ['index', 'fetch', 'parse']) {
    application.pages[`/modules/${file}`] = {
      headers: { 'Content-Type': 'text/javascript' },
      body: readFileSync(new URL(`@microsoft/fetch-event-source/lib/esm/${file}.js`, MODULES)),
    }
  }
  hub = await MercureHub.start(application.url)
}, BOUNDED)

after(async () => {
  await browser?.close()
  await Promise.all([application?.stop(), foreign?.stop(), hub?.stop()])
})

/** A user who logged in at the application: its answer set the hub's cookie. */
async function loggedIn(t, draft, grants) {
  application.pages['/login'] = { headers: { 'Set-Cookie': `${draft.cookie}=${hub.token(draft, grants)}; Path=${draft.path}; HttpOnly; Secure; SameSite=Strict` } }
  const context = await browser.newContext()
  t.after(() => context.close())
  const page = await context.newPage()
  await page.goto(`${application.url}/login`)
  return context
}

/** A page of a site whose `report` fills `seen`. */
async function pageOf(context, site) {
  const page = await context.newPage()
  const seen = []
  await page.exposeFunction('report', what => seen.push(what))
  await page.goto(site.url)
  return { page, seen }
}

/** Opens a native EventSource; reports `open`, `error` and each message. */
async function listen(context, site, url, options) {
  const { page, seen } = await pageOf(context, site)
  await page.evaluate(([stream, init]) => {
    const source = window.source = new EventSource(stream, init)
    source.onopen = () => window.report('open')
    source.onerror = () => window.report(source.readyState === EventSource.CLOSED ? 'closed' : 'error')
    source.onmessage = ({ data }) => window.report(data)
  }, [url, options])
  return { page, seen }
}

for (const draft of DRAFTS) {
  describe(`Mercure, ${draft.name}, across origins`, () => {
    let topics = 0
    let topic

    function check(behaviour, act) {
      test(behaviour, BOUNDED, async t => {
        topic = `https://shop.example/orders/${++topics}`
        await act(t)
      })
    }

    check("native EventSource with the cookie gets private updates, and a foreign origin's gets nothing", async t => {
      const context = await loggedIn(t, draft, { subscribe: [topic] })
      const url = hub.subscribing(draft, topic)
      const mine = await listen(context, application, url, { withCredentials: true })
      const theirs = await listen(context, foreign, url, { withCredentials: true })
      const nobody = await listen(context, foreign, url, { withCredentials: false })
      await until('the page of the application reads', () => mine.seen.includes('open'))
      await until('the pages of the foreign site are refused', () => theirs.seen.length > 0 && nobody.seen.length > 0)
      await hub.publish(draft, topic, 'private', { private: 'on' })
      await hub.publish(draft, topic, 'public')
      await until('both updates are there', () => mine.seen.length === 3)
      assert.deepEqual(mine.seen, ['open', 'private', 'public'])
      assert.deepEqual([theirs.seen, nobody.seen], [['closed'], ['closed']])
    })

    check('native EventSource without credentials gets what is public alone', async t => {
      const context = await loggedIn(t, draft, { subscribe: [topic] })
      const { seen } = await listen(context, application, hub.subscribing(draft, topic), { withCredentials: false })
      await until('it reads', () => seen.includes('open'))
      await hub.publish(draft, topic, 'private', { private: 'on' })
      await hub.publish(draft, topic, 'public')
      await until('an update is there', () => seen.length > 1)
      assert.deepEqual(seen, ['open', 'public'])
    })

    check('native EventSource resumes private updates after a cut', async t => {
      const line = await Line.to(hub)
      t.after(() => line.close())
      const context = await loggedIn(t, draft, { subscribe: [topic] })
      const { seen } = await listen(context, application, hub.subscribing(draft, topic, line.url), { withCredentials: true })
      await until('it reads', () => seen.includes('open'))
      await hub.publish(draft, topic, 'one', { private: 'on' })
      await until('it has one', () => seen.includes('one'))
      line.down = true
      line.cut()
      await hub.publish(draft, topic, 'two', { private: 'on' })
      line.down = false
      await until('it has two', () => seen.includes('two'))
      assert.deepEqual(seen.filter(what => ['one', 'two'].includes(what)), ['one', 'two'])
    })

    check('a page publishes with the cookie, and a foreign one does not', async t => {
      const context = await loggedIn(t, draft, { publish: [topic], subscribe: [topic] })
      const { seen } = await listen(context, application, hub.subscribing(draft, topic), { withCredentials: true })
      await until('it reads', () => seen.includes('open'))
      const publishing = ([url, fields]) => fetch(url, { method: 'POST', credentials: 'include', body: new URLSearchParams(fields) })
        .then(({ status }) => status, () => 'refused')
      for (const [site, data] of [[foreign, 'forged'], [application, 'mine']]) {
        const { page } = await pageOf(context, site)
        const outcome = await page.evaluate(publishing, [`${hub.url}${draft.path}`, { topic, data, private: 'on' }])
        assert.equal(outcome, site === application ? 200 : 'refused')
      }
      await until('an update is there', () => seen.length > 1)
      assert.deepEqual(seen, ['open', 'mine'])
    })

    check('event-source-polyfill with the Authorization header gets private updates, and resumes them after a cut', async t => {
      const line = await Line.to(hub)
      t.after(() => line.close())
      const context = await browser.newContext()
      t.after(() => context.close())
      const { page, seen } = await pageOf(context, application)
      await page.addScriptTag({ content: POLYFILL })
      await page.evaluate(([stream, token]) => {
        const source = window.source = new window.EventSourcePolyfill(stream, { headers: { Authorization: `Bearer ${token}` } })
        source.onopen = () => window.report('open')
        source.onmessage = ({ data }) => window.report(data)
      }, [hub.subscribing(draft, topic, line.url), hub.token(draft, { subscribe: [topic] })])
      await until('it reads', () => seen.includes('open'))
      await hub.publish(draft, topic, 'one', { private: 'on' })
      await until('it has one', () => seen.includes('one'))
      line.down = true
      line.cut()
      await hub.publish(draft, topic, 'two', { private: 'on' })
      line.down = false
      await until('it has two', () => seen.includes('two'))
      assert.deepEqual(seen.filter(what => what !== 'open'), ['one', 'two'])
    })

    check('@microsoft/fetch-event-source with a token gets private updates, and with one for another topic what is public', async t => {
      const context = await browser.newContext()
      t.after(() => context.close())
      const read = async grant => {
        const { page, seen } = await pageOf(context, application)
        await page.evaluate(async ([stream, token]) => {
          const { fetchEventSource } = await import('/modules/index')
          void fetchEventSource(stream, {
            headers: { Authorization: `Bearer ${token}` },
            openWhenHidden: true,
            onopen: async ({ status }) => window.report(status),
            onmessage: ({ data, id }) => window.report(id ? data : 'a message without an id'),
          })
        }, [hub.subscribing(draft, topic), hub.token(draft, { subscribe: [grant] })])
        await until('it reads', () => seen.length > 0)
        return seen
      }
      const granted = await read(topic)
      const other = await read('https://shop.example/elsewhere')
      await hub.publish(draft, topic, 'private', { private: 'on' })
      await hub.publish(draft, topic, 'public')
      await until('both have the public one', () => granted.includes('public') && other.includes('public'))
      assert.deepEqual([granted, other], [[200, 'private', 'public'], [200, 'public']])
    })
  })
}
