// Finds out in under three seconds how the path to the hub treats streams and WebSockets, and picks a transport.

const ALL = 2_900
/** There is a silence of more than a second between the first and the last, unless somebody holds back what comes. */
const APART = 800

/**
 * What the path does. `socket`, `stream` and `padded` (a stream that begins with 2 KB of padding) are each 'direct',
 * 'buffered' (what comes is held back), 'cut' (within little more than a second of silence) or 'refused'. `transport` is
 * the best that works: 'websocket', 'sse', 'padded' or 'poll'; `wait` is for how many seconds a poll may be silent there.
 */
export async function probe(url = '/events/probe') {
  const address = new URL(url, globalThis.location?.href)
  const [socket, stream, padded] = await Promise.all([
    trySocket(address),
    tryStream(address),
    tryStream(withPadding(address)),
  ])
  const transport = socket === 'direct' ? 'websocket' : stream === 'direct' ? 'sse' : padded === 'direct' ? 'padded' : 'poll'
  const wait = stream === 'cut' || padded === 'cut' ? 0 : 25
  return { transport, wait, socket, stream, padded }
}

function withPadding(address) {
  const padded = new URL(address)
  padded.searchParams.set('padding', 'true')
  return padded
}

/** Begins something that tells its finding, once, or has had its time; then `close` is called. */
function attempt(begin, overdue) {
  return new Promise(resolve => {
    const end = found => {
      clearTimeout(late)
      close()
      resolve(found)
    }
    const late = setTimeout(() => end(overdue()), ALL)
    const close = begin(end)
  })
}

function trySocket(address) {
  const url = new URL(address)
  url.protocol = url.protocol.replace('http', 'ws')
  let opened = false
  let first
  return attempt(end => {
    const socket = new WebSocket(url)
    const word = String(Math.random())
    socket.onopen = () => {
      opened = true
      socket.send(word)
    }
    socket.onmessage = ({ data }) => {
      if (data !== word) end('refused')
      else if (first === undefined) first = performance.now()
      else end(performance.now() - first >= APART ? 'direct' : 'buffered')
    }
    socket.onclose = () => end(opened ? 'cut' : 'refused')
    return () => {
      socket.onmessage = socket.onclose = null
      socket.close()
    }
  }, () => opened ? 'buffered' : 'refused')
}

function tryStream(address) {
  let first
  return attempt(end => {
    const source = new EventSource(address)
    source.onmessage = ({ data }) => {
      first ??= performance.now()
      if (data === '2') end(performance.now() - first >= APART ? 'direct' : 'buffered')
    }
    // It gives up for good on an answer that is no event stream.
    source.onerror = () => end(source.readyState === EventSource.CLOSED ? 'refused' : 'cut')
    return () => source.close()
  }, () => 'buffered')
}
