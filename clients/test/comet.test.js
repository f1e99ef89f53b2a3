// What pages did before there was EventSource, with clients of that time: streams through XMLHttpRequest behind 2 KB of
// padding, and polls by a script.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import vm from 'node:vm'
import { XMLHttpRequest } from 'xmlhttprequest'
import { emptyPage, launch } from '../fixtures/browser.js'
import { COMMENT, readerContract } from '../fixtures/contract.js'
import { Hub } from '../fixtures/hub.js'
import { Line } from '../fixtures/line.js'
import { Site } from '../fixtures/mercure.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }
const modules = new URL('../node_modules/', import.meta.url)
const POLYFILL = readFileSync(new URL('event-source-polyfill/src/eventsource.js', modules), 'utf8')
const JQUERY = readFileSync(new URL('jquery/dist/jquery.min.js', modules), 'utf8')
/** Behind the size of its chunk. */
const PADDING = /^[\da-f]+\r\n: {2048}\n/

let browser
before(async () => browser = await launch(), BOUNDED)
after(() => browser?.close())

/** Yaffle's polyfill in a browser that has neither fetch nor XMLHttpRequest#ontimeout, which is when it wants padding. */
async function inOldBrowser(url, onMessage) {
  const page = await emptyPage(browser, new URL(url).origin)
  await page.exposeFunction('report', onMessage)
  await page.evaluate(() => {
    delete window.fetch
    delete XMLHttpRequestEventTarget.prototype.ontimeout
  })
  await page.addScriptTag({ content: POLYFILL })
  await page.evaluate(stream => {
    window.source = new window.EventSourcePolyfill(stream)
    window.source.onmessage = ({ data }) => window.report(data)
    window.source.addEventListener('pharos', ({ data }) => window.report(data, 'pharos'))
  }, url)
  return () => page.context().close()
}

/**
 * The same in Node.js, over the XMLHttpRequest that there is for it, with the status that the standard wants before there is an
 * answer. That one cannot be opened again once its line broke.
 */
async function inNode(url, onMessage) {
  const world = vm.createContext({
    XMLHttpRequest: function () {
      return Object.assign(new XMLHttpRequest(), { status: 0 })
    },
    setTimeout,
    clearTimeout,
    Promise,
    console,
  })
  world.globalThis = world.self = world
  vm.runInContext(POLYFILL, world)
  const source = new world.EventSourcePolyfill(url)
  source.onmessage = ({ data }) => onMessage(data)
  return () => source.close()
}

readerContract('event-source-polyfill in an old browser', { open: inOldBrowser, query: '&control=true', beat: COMMENT })

for (const [name, { open, comesBack }] of Object.entries({
  'an old browser': { open: inOldBrowser, comesBack: true },
  'Node.js': { open: inNode },
})) {
  test(`event-source-polyfill in ${name} asks for padding, and gets it before anything else`, BOUNDED, async t => {
    const hub = await Hub.start()
    t.after(() => hub.stop())
    const line = await Line.to(hub)
    t.after(() => line.close())
    const seen = []
    const close = await open(`${line.url}/events?topic=t`, data => seen.push(data))
    t.after(close)
    const { up, down } = await line.stream()
    assert.match(up, /^GET \/events\?topic=t&padding=true HTTP/m)
    const [, body] = /text\/event-stream[^]*?\r\n\r\n([^]*)/.exec(down)
    assert.match(body, PADDING)
    await hub.publish('t', 'one')
    await hub.publish('t', 'two\nlines')
    await until('it reads', () => seen.length === 2)
    assert.deepEqual(seen, ['one', 'two\nlines'])
    if (!comesBack) return
    const last = await hub.publish('t', 'three')
    await until('it reads', () => seen.length === 3)
    line.cut()
    const again = await line.stream(1)
    assert.ok(again.up.includes(`GET /events?topic=t&lastEventId=${encodeURIComponent(last)}&padding=true HTTP`), again.up)
    assert.ok(again.down.includes(' '.repeat(2048)))
  })
}

/** Loops of polls by script elements; each leaves the data in `seen`, and stops where `failed` is set. Run in a page. */
const SCRIPTS = {
  'script elements': ({ url, cursor, callback }) => {
    window.seen = []
    const names = callback.split('.')
    const last = names.pop()
    const owner = names.reduce((object, name) => object[name] ??= {}, window)
    const poll = from => {
      const script = document.createElement('script')
      script.src = `${url}&wait=20&lastEventId=${encodeURIComponent(from)}&callback=${callback}`
      script.onerror = () => setTimeout(() => {
        window.failures = (window.failures ?? 0) + 1
        script.remove()
        if (window.failures < 50) poll(from)
      }, 100)
      owner[last] = answer => {
        script.remove()
        window.seen.push(...answer.events.map(({ data }) => data))
        poll(answer.lastEventId)
      }
      document.body.append(script)
    }
    poll(cursor)
  },
  'jQuery.ajax': ({ url, cursor }) => {
    window.seen = []
    const poll = from => window.jQuery.ajax({
      url,
      dataType: 'jsonp',
      data: { wait: 20, lastEventId: from },
      success: answer => {
        window.seen.push(...answer.events.map(({ data }) => data))
        poll(answer.lastEventId)
      },
      error: () => setTimeout(() => {
        window.failures = (window.failures ?? 0) + 1
        if (window.failures < 50) poll(from)
      }, 100),
    })
    poll(cursor)
  },
}
/** What scripts have trouble with. */
const HARD = 'é \u2028\u2029 "\\</script><!-- 😀'

describe('JSONP', () => {
  let hub
  let site
  let allowing
  before(async () => {
    ;[hub, site] = await Promise.all([Hub.start(), Site.start()])
    allowing = await Hub.start(0, '--cors', site.url)
  }, BOUNDED)
  after(() => Promise.all([hub?.stop(), allowing?.stop(), site?.stop()]))

  async function pageAt(t, url) {
    const context = await browser.newContext()
    t.after(() => context.close())
    const page = await context.newPage()
    await page.goto(url)
    await page.addScriptTag({ content: JQUERY })
    return page
  }

  const seen = page => page.evaluate(() => window.seen)

  for (const [name, script] of Object.entries(SCRIPTS)) {
    test(`${name} of the hub's own site poll, and miss nothing when their line is cut`, BOUNDED, async t => {
      const line = await Line.to(hub)
      t.after(() => line.close())
      const page = await pageAt(t, `${line.url}/health/live`)
      const topic = `own ${name}`
      const cursor = await hub.publish(topic, 'before')
      await page.evaluate(script, { url: `${line.url}/events?topic=${topic}`, cursor, callback: 'app.$on_1' })
      await hub.publish(topic, HARD)
      await until('the first is there', async () => (await seen(page)).length === 1)
      await until('the next poll waits', () => line.connections.some(({ up }) => [...up.matchAll(/^GET .*callback=/gm)].length >= 1))
      line.down = true
      line.cut()
      await hub.publish(topic, 'while away')
      line.down = false
      await hub.publish(topic, 'after')
      await until('all are there', async () => (await seen(page)).length >= 3)
      assert.deepEqual(await seen(page), [HARD, 'while away', 'after'])
      if (name !== 'jQuery.ajax') {
        assert.ok(line.connections.some(({ down }) => down.includes('/**/app.$on_1({')))
      } else {
        assert.ok(line.connections.some(({ down }) => /\/\*\*\/jQuery\d+_\d+\(\{/.test(down)))
      }
    })

    test(`${name} of an allowed site poll`, BOUNDED, async t => {
      const page = await pageAt(t, site.url)
      const topic = `allowed ${name}`
      const cursor = await allowing.publish(topic, 'before')
      await page.evaluate(script, { url: `${allowing.url}/events?topic=${topic}`, cursor, callback: 'f' })
      for (const data of ['one', HARD, 'three']) await allowing.publish(topic, data)
      await until('all are there', async () => (await seen(page)).length >= 3)
      assert.deepEqual(await seen(page), ['one', HARD, 'three'])
    })

    test(`${name} of a foreign site get nothing`, BOUNDED, async t => {
      const page = await pageAt(t, site.url)
      const topic = `foreign ${name}`
      const cursor = await hub.publish(topic, 'before')
      await hub.publish(topic, 'one')
      await page.evaluate(script, { url: `${hub.url}/events?topic=${topic}`, cursor, callback: 'f' })
      await until('it was refused twice', () => page.evaluate(() => window.failures >= 2))
      assert.deepEqual(await seen(page), [])
    })
  }

  test('what is no name of a function is never run', BOUNDED, async t => {
    const page = await pageAt(t, `${hub.url}/health/live`)
    for (const callback of ['alert(1)//', 'a;window.evil=1;f', 'f[0]', '(window.evil=1)', '', 'a..b', 'x'.repeat(129)]) {
      const { loaded, evil } = await page.evaluate(name => new Promise(resolve => {
        const script = document.createElement('script')
        script.src = `/events?topic=t&wait=0&callback=${encodeURIComponent(name)}`
        script.onload = () => resolve({ loaded: true, evil: window.evil })
        script.onerror = () => resolve({ loaded: false, evil: window.evil })
        document.body.append(script)
      }), callback)
      assert.deepEqual({ loaded, evil }, { loaded: false, evil: undefined }, callback)
      const answer = await page.evaluate(name => fetch(`/events?topic=t&wait=0&callback=${encodeURIComponent(name)}`)
        .then(async response => [response.status, response.headers.get('Content-Type'), await response.text()]), callback)
      assert.equal(answer[0], 400)
      assert.match(answer[1], /^text\/plain/)
      assert.match(answer[2], /'callback'/)
    }
  })
})

describe('polls and streams across sites', () => {
  let site
  const hubs = {}
  before(async () => {
    site = await Site.start()
    const starts = { named: ['--cors', site.url], any: ['--cors', '*'], none: [] }
    await Promise.all(Object.entries(starts).map(async ([name, options]) => hubs[name] = await Hub.start(0, ...options)))
  }, BOUNDED)
  after(() => Promise.all([site?.stop(), ...Object.values(hubs).map(hub => hub.stop())]))

  /** What a page of the site can do with a hub: each is what it read, or 'refused'. Runs in the page. */
  const trial = async ({ url, cursor }) => {
    const address = `${url}/events?topic=t&lastEventId=${encodeURIComponent(cursor)}`
    const poll = options => fetch(`${address}&wait=20`, { headers: { Accept: 'application/json' }, ...options })
      .then(async answer => (await answer.json()).events.map(({ data }) => data).join(), () => 'refused')
    const stream = options => new Promise(resolve => {
      const source = new EventSource(address, options)
      const end = result => {
        source.close()
        resolve(result)
      }
      source.onmessage = ({ data }) => end(data)
      source.onerror = () => end('refused')
    })
    return {
      poll: await poll(),
      pollWithCookies: await poll({ credentials: 'include' }),
      pollWithToken: await poll({ headers: { Accept: 'application/json', Authorization: 'Bearer x' } }),
      stream: await stream(),
      streamWithCookies: await stream({ withCredentials: true }),
      publish: await fetch(`${url}/events`, { method: 'POST', body: new URLSearchParams({ topic: 'other', data: '' }) })
        .then(answer => answer.ok ? 'published' : 'refused', () => 'refused'),
    }
  }

  const all = value => ({ poll: value, pollWithCookies: value, pollWithToken: value, stream: value, streamWithCookies: value })
  const EXPECTED = {
    named: { ...all('one'), publish: 'published' },
    any: { ...all('one'), pollWithCookies: 'refused', streamWithCookies: 'refused', publish: 'published' },
    none: { ...all('refused'), publish: 'refused' },
  }

  for (const [name, expected] of Object.entries(EXPECTED)) {
    test(`a page of another site does what it may: ${name}`, BOUNDED, async t => {
      const context = await browser.newContext()
      t.after(() => context.close())
      const page = await context.newPage()
      await page.goto(site.url)
      const hub = hubs[name]
      const cursor = await hub.publish('t', 'before')
      await hub.publish('t', 'one')
      assert.deepEqual(await page.evaluate(trial, { url: hub.url, cursor }), expected)
    })
  }
})
