// Written for browsers, so it runs in one. It calls back for every block, also for one that the standard dispatches nothing
// for; so the hub sends it none. Without them its cursor before the first event is that of the control event.

import { readFileSync } from 'node:fs'
import { after, before } from 'node:test'
import { emptyPage, launch } from '../fixtures/browser.js'
import { COMMENT, readerContract } from '../fixtures/contract.js'

const MODULES = new URL('../node_modules/@microsoft/fetch-event-source/lib/esm/', import.meta.url)

let browser

before(async () => browser = await launch())
after(() => browser?.close())

readerContract('@microsoft/fetch-event-source', {
  query: '&control=true',
  beat: COMMENT,
  async open(url, onMessage) {
    const page = await emptyPage(browser, new URL(url).origin)
    await page.route('**/modules/*', route => {
      const file = new URL(route.request().url()).pathname.replace('/modules/', '')
      return route.fulfill({ contentType: 'text/javascript', body: readFileSync(new URL(`${file}.js`, MODULES)) })
    })
    await page.exposeFunction('report', onMessage)
    await page.evaluate(async stream => {
      const { fetchEventSource } = await import('/modules/index')
      fetchEventSource(stream, {
        openWhenHidden: true,
        onmessage: ({ data, event }) => window.report(data, event || 'message'),
      })
    }, url)
    return () => page.context().close()
  },
})
