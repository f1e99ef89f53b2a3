// Existing Mercure clients as their users have them: Symfony's element and Stimulus controller, and Hotwire Turbo's own
// element with the hub's URL. All render what the hub sends, so what they read is what the page shows.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { launch } from '../fixtures/browser.js'
import { Line } from '../fixtures/line.js'
import { DRAFTS, MercureHub, Site } from '../fixtures/mercure.js'
import { until } from '../fixtures/until.js'

const BOUNDED = { timeout: 120_000 }
const DRAFT_07 = DRAFTS[0]
const MODULES = {
  '@hotwired/stimulus': '@hotwired/stimulus/dist/stimulus.js',
  '@hotwired/turbo': '@hotwired/turbo/dist/turbo.es2017-esm.js',
  '@symfony/ux-turbo/element': '@symfony/ux-turbo/dist/mercure_stream_source_element.js',
  '@symfony/ux-turbo/controller': '@symfony/ux-turbo/dist/turbo_stream_controller.js',
}
const IMPORTS = JSON.stringify({ imports: Object.fromEntries(Object.keys(MODULES).map(name => [name, `/${name}`])) })

/** Each: which drafts it can speak, the scripts of its page, what stands in the page, and what tells in it that it reads. */
const CLIENTS = [
  {
    name: '@symfony/ux-turbo <turbo-mercure-stream-source>',
    drafts: DRAFTS,
    credentials: true,
    script: `import '@hotwired/turbo'; import '@symfony/ux-turbo/element'`,
    body: url => `<turbo-mercure-stream-source src="${url}" private></turbo-mercure-stream-source>`,
    reads: `document.querySelector('turbo-mercure-stream-source').hasAttribute('connected')`,
  },
  {
    name: '@symfony/ux-turbo mercure-turbo-stream controller',
    drafts: [DRAFT_07], // it writes the parameter `topic` itself
    credentials: true,
    script: `
      import { Application } from '@hotwired/stimulus'
      import controller from '@symfony/ux-turbo/controller'
      window.application = Application.start()
      window.application.register('mercure', controller)`,
    body: (_, hub, topic) => `<div id="client" data-controller="mercure" data-mercure-hub-value="${hub}"
      data-mercure-topic-value="${topic}" data-mercure-with-credentials-value="true"></div>`,
    reads: `application.getControllerForElementAndIdentifier(document.getElementById('client'), 'mercure')?.es.readyState === 1`,
  },
  {
    name: '@hotwired/turbo <turbo-stream-source>',
    drafts: DRAFTS,
    credentials: false,
    script: `import '@hotwired/turbo'`,
    body: url => `<turbo-stream-source src="${url}"></turbo-stream-source>`,
    reads: `document.querySelector('turbo-stream-source').streamSource?.readyState === 1`,
  },
]

let browser
let application
let hub

before(async () => {
  [browser, application] = await Promise.all([launch(), Site.start()])
  for (const [name, file] of Object.entries(MODULES)) {
    application.pages[`/${name}`] = {
      headers: { 'Content-Type': 'text/javascript' },
      body: readFileSync(new URL(`../node_modules/${file}`, import.meta.url)),
    }
  }
  hub = await MercureHub.start(application.url)
}, BOUNDED)

after(async () => {
  await browser?.close()
  await Promise.all([application?.stop(), hub?.stop()])
})

const escaped = text => text.replaceAll('&', '&amp;')

const appended = text => `<turbo-stream action="append" target="list"><template><li>${text}</li></template></turbo-stream>`

let topics = 0

for (const client of CLIENTS) {
  describe(client.name, () => {
    for (const draft of client.drafts) {
      test(`renders what it reads with ${draft.name}, ${client.credentials ? 'private updates too' : 'public updates alone'}, and resumes after a cut`, BOUNDED, async t => {
        const topic = `https://shop.example/lists/${++topics}`
        const line = await Line.to(hub)
        t.after(() => line.close())
        const url = hub.subscribing(draft, topic, line.url)
        application.pages['/list'] = {
          headers: { 'Set-Cookie': `${draft.cookie}=${hub.token(draft, { subscribe: [topic] })}; Path=${draft.path}; HttpOnly; Secure; SameSite=Strict` },
          body: `<!doctype html><title>list</title><script type="importmap">${IMPORTS}</script>
            <script type="module">${client.script}</script>
            <ul id="list"></ul>${client.body(escaped(url), line.url + draft.path, topic)}`,
        }
        const context = await browser.newContext()
        t.after(() => context.close())
        const page = await context.newPage()
        await page.goto(`${application.url}/list`)
        const shown = () => page.$$eval('#list li', all => all.map(({ textContent }) => textContent))
        await until('it reads', () => page.evaluate(client.reads))

        await hub.publish(draft, topic, appended('private'), { private: 'on' })
        await hub.publish(draft, topic, appended('public'))
        const first = client.credentials ? ['private', 'public'] : ['public']
        await until('they are shown', async () => (await shown()).length >= first.length)
        line.down = true
        line.cut()
        await hub.publish(draft, topic, appended('while away'))
        line.down = false
        await until('what came meanwhile is shown', async () => (await shown()).includes('while away'))
        assert.deepEqual(await shown(), [...first, 'while away'])
      })
    }
  })
}
