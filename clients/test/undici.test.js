import { EventSource } from 'undici'
import { readerContract } from '../fixtures/contract.js'

readerContract("undici's EventSource", {
  open(url, onMessage) {
    const source = new EventSource(url)
    source.onmessage = ({ data }) => onMessage(data)
    return () => source.close()
  },
})
