// What an event weighs on the wire, from HTTP upwards.

const utf8 = new TextEncoder()

export const sizeOf = text => utf8.encode(text).length

/** An SSE block in its own HTTP/1.1 chunk: fields as the hub writes them, then the chunk's size line and two line ends. */
export function blockSize({ id, type, data }) {
  let block = sizeOf(`id: ${id}\n`) + 1
  if (type) block += sizeOf(`event: ${type}\n`)
  for (const line of data.split('\n')) block += sizeOf(`data: ${line}\n`)
  return block + block.toString(16).length + 4
}

/** An unmasked WebSocket frame (RFC 6455 section 5.2). */
export function frameSize(text) {
  const payload = sizeOf(text)
  return payload + (payload < 126 ? 2 : payload < 65_536 ? 4 : 10)
}

/** The head of an answer: its status line, every field, and the empty line. */
export function answerHeadSize(response) {
  let size = sizeOf(`HTTP/1.1 ${response.status} ${response.statusText}\r\n`) + 2
  for (const [name, value] of response.headers) size += sizeOf(`${name}: ${value}\r\n`)
  return size
}

/** The head of a request, which a page cannot see: the hub tells what this browser's fields add up to. */
export class RequestHeads {
  #fields

  async sizeOf(url, accept) {
    this.#fields ??= await this.#measure(accept)
    return sizeOf(`GET ${url} HTTP/1.1\r\n`) + this.#fields
  }

  async #measure(accept) {
    const answer = await fetch('/request-fields', { headers: { Accept: accept }, cache: 'no-store' })
    return answer.ok ? Number(await answer.text()) : 0
  }
}
