// Finds out in under three seconds how the path to the hub treats streams and WebSockets, and picks a transport.

const ALL = 2_900
/** The last event comes more than a second after the first, unless somebody holds events back. */
const APART = 800

/**
 * What the path does: `socket` is whether a WebSocket works; `stream` and `padded` (a stream that begins with 2 KB of
 * padding) are 'direct', 'buffered' or 'cut'; `transport` is the best that works: 'websocket', 'sse', 'padded' or 'poll'.
 */
export async function probe(url = '/events/probe') {
  const address = new URL(url, location.href)
  const [socket, stream, padded] = await Promise.all([
    trySocket(address),
    tryStream(address),
    tryStream(withPadding(address)),
  ])
  const transport = socket ? 'websocket' : stream === 'direct' ? 'sse' : padded === 'direct' ? 'padded' : 'poll'
  return { transport, socket, stream, padded }
}

function withPadding(address) {
  const padded = new URL(address)
  padded.searchParams.set('padding', 'true')
  return padded
}

function trySocket(address) {
  const url = new URL(address)
  url.protocol = url.protocol.replace('http', 'ws')
  return new Promise(resolve => {
    const socket = new WebSocket(url)
    const end = works => {
      clearTimeout(late)
      socket.onmessage = socket.onclose = null
      socket.close()
      resolve(works)
    }
    const late = setTimeout(() => end(false), ALL)
    const word = String(Math.random())
    socket.onopen = () => socket.send(word)
    socket.onmessage = ({ data }) => end(data === word)
    socket.onclose = () => end(false)
  })
}

function tryStream(address) {
  return new Promise(resolve => {
    const source = new EventSource(address)
    let first = Infinity
    const end = found => {
      clearTimeout(late)
      source.close()
      resolve(found)
    }
    const late = setTimeout(() => end('buffered'), ALL)
    source.onmessage = ({ data }) => {
      first = Math.min(first, performance.now())
      if (data === '2') end(performance.now() - first >= APART ? 'direct' : 'buffered')
    }
    source.onerror = () => end('cut')
  })
}
