// The small chart of a column: every event a dot, at the time it was published, the higher the later it came.

const WINDOW_MILLIS = 20_000
const LINES = [[1, '1 ms'], [100, '0.1 s'], [10_000, '10 s']]
const LOWEST = 0.2
const HIGHEST = 30_000

export class Strip {
  #canvas
  #context
  #dots = []
  #gaps = []

  constructor(canvas, name) {
    this.#canvas = canvas
    this.#context = canvas.getContext('2d')
    canvas.setAttribute('aria-label', `Delays of the last 20 seconds by ${name}; the figures below sum them up.`)
  }

  dot(at, delay) {
    this.#dots.push({ at, delay })
  }

  /** From now on there is no connection. */
  leave() {
    if (!this.#gap) this.#gaps.push({ from: performance.now(), to: Infinity })
  }

  /** There is one again. */
  join() {
    if (this.#gap) this.#gap.to = performance.now()
  }

  get #gap() {
    const last = this.#gaps.at(-1)
    return last?.to === Infinity ? last : undefined
  }

  draw(unseen) {
    const now = performance.now()
    const from = now - WINDOW_MILLIS
    this.#dots = this.#dots.filter(dot => dot.at > from)
    this.#gaps = this.#gaps.filter(gap => gap.to > from)
    const { width, height } = this.#fit()
    const c = this.#context
    const style = getComputedStyle(this.#canvas)
    const colour = name => style.getPropertyValue(name)
    const x = at => (at - from) / WINDOW_MILLIS * (width - 8)
    const y = delay => {
      const share = Math.log(Math.max(delay, LOWEST) / LOWEST) / Math.log(HIGHEST / LOWEST)
      return height - 5 - share * (height - 10)
    }
    c.clearRect(0, 0, width, height)
    c.fillStyle = colour('--gap')
    for (const gap of this.#gaps) {
      const left = Math.max(0, x(gap.from))
      c.fillRect(left, 0, x(Math.min(gap.to, now)) - left, height)
    }
    c.font = `10px ${style.fontFamily}`
    c.lineWidth = 1
    for (const [delay, label] of LINES) {
      const line = Math.round(y(delay)) + 0.5
      c.strokeStyle = colour('--line')
      c.beginPath()
      c.moveTo(0, line)
      c.lineTo(width, line)
      c.stroke()
      c.fillStyle = colour('--muted')
      c.fillText(label, 2, line - 3)
    }
    c.fillStyle = c.strokeStyle = style.color
    for (const { at, delay } of this.#dots) ball(c, x(at), y(delay ?? LOWEST)).fill()
    for (const { at } of unseen) if (at > from) ball(c, x(at), y(now - at)).stroke()
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.#canvas
    const ratio = devicePixelRatio
    if (this.#canvas.width !== Math.round(width * ratio) || this.#canvas.height !== Math.round(height * ratio)) {
      this.#canvas.width = Math.round(width * ratio)
      this.#canvas.height = Math.round(height * ratio)
    }
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0)
    return { width, height }
  }
}

function ball(context, x, y) {
  context.beginPath()
  context.arc(x, y, 2.4, 0, 2 * Math.PI)
  return context
}
