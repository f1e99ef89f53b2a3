// Written for browsers, so it runs in one. It sends its last id as the query's lastEventId.

import { readFileSync } from 'node:fs'
import { after, before } from 'node:test'
import { emptyPage, launch } from '../fixtures/browser.js'
import { readerContract } from '../fixtures/contract.js'

const SCRIPT = readFileSync(new URL('../node_modules/event-source-polyfill/src/eventsource.js', import.meta.url), 'utf8')

let browser

before(async () => browser = await launch())
after(() => browser?.close())

readerContract('event-source-polyfill', {
  async open(url, onMessage) {
    const page = await emptyPage(browser, new URL(url).origin)
    await page.exposeFunction('report', onMessage)
    await page.addScriptTag({ content: SCRIPT })
    await page.evaluate(stream => {
      window.source = new window.EventSourcePolyfill(stream)
      window.source.onmessage = ({ data }) => window.report(data)
    }, url)
    return () => page.context().close()
  },
})
