import { EventSource } from 'eventsource'
import { readerContract } from '../fixtures/contract.js'

readerContract('npm eventsource', {
  open(url, onMessage) {
    const source = new EventSource(url)
    source.onmessage = ({ data }) => onMessage(data)
    return () => source.close()
  },
})
