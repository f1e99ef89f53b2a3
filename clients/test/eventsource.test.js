// Its parser drops the id of a block without data; so its cursor before the first event is that of the control event.

import { EventSource } from 'eventsource'
import { readerContract } from '../fixtures/contract.js'

readerContract('npm eventsource', {
  query: '&control=true',
  follows: false,
  open(url, onMessage) {
    const source = new EventSource(url)
    source.onmessage = ({ data }) => onMessage(data)
    source.addEventListener('pharos', ({ data }) => onMessage(data, 'pharos'))
    return () => source.close()
  },
})
