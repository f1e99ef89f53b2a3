// The ticker: figures of the machine the hub runs on, a second each, over a WebSocket, which costs none of the six connections.

import uPlot from './uplot.js'
import { SocketReader } from './duplex.js'
import { count, percent } from './format.js'

const TOPIC = 'pharos/machine'
const KEPT_SECONDS = 120

const TILES = [
  { key: 'cpu', label: 'Processor', show: percent, colour: '--first' },
  { key: 'memory', label: 'Memory', show: percent, colour: '--second' },
  { key: 'deliveries', label: 'Deliveries a second', show: count, colour: '--third' },
  { key: 'published', label: 'Published a second', show: count },
  { key: 'load', label: 'Load', show: load => load.toFixed(2) },
  { key: 'readers', label: 'Readers', show: count },
]
const LINES = TILES.filter(tile => tile.colour)

export class Machine {
  #samples = []
  #reader
  #tiles = new Map()
  #holder
  #note
  #plot = null

  constructor({ tiles, chart, note }) {
    this.#holder = chart
    this.#note = note
    for (const tile of TILES) this.#tiles.set(tile.key, tiles.appendChild(build(tile)).querySelector('dd'))
    this.#reader = new SocketReader({
      topic: TOPIC,
      last: KEPT_SECONDS,
      onEvent: ({ time, data }) => this.#take(time, JSON.parse(data)),
      onState: state => this.#tell(state),
    })
    this.#draw()
    new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(chart)
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw())
  }

  open() {
    this.#reader.open()
  }

  close() {
    this.#reader.close()
  }

  #take(time, figures) {
    this.#samples.push({ time: time / 1_000, ...figures })
    const oldest = time / 1_000 - KEPT_SECONDS
    while (this.#samples[0].time < oldest) this.#samples.shift()
    this.#plot.setData(this.#data())
    if (this.#plot.cursor.idx == null) this.#show(this.#samples.at(-1))
  }

  #tell(state) {
    const away = state === 'waiting' || state === 'connecting'
    this.#note.textContent = away ? 'waiting for the hub' : 'live, a figure a second'
    if (state === 'lost') this.#note.textContent = 'live again; the hub was restarted and its history is gone'
  }

  #show(sample) {
    for (const { key, show } of TILES) this.#tiles.get(key).textContent = sample ? show(sample[key]) : '–'
  }

  #data() {
    // A pause is a gap in the lines, not a slope.
    const columns = [[], ...LINES.map(() => [])]
    let before = Infinity
    for (const sample of this.#samples) {
      if (sample.time - before > 5) push(columns, before + 1, () => null)
      push(columns, sample.time, key => sample[key])
      before = sample.time
    }
    return columns
  }

  #size() {
    return { width: this.#holder.clientWidth, height: this.#holder.clientHeight }
  }

  #draw() {
    this.#plot?.destroy()
    const style = getComputedStyle(this.#holder)
    const colour = name => style.getPropertyValue(name).trim()
    const axis = { stroke: colour('--muted'), gap: 8, font: `11px ${style.fontFamily}`, ticks: { show: false } }
    const grid = { stroke: colour('--line'), width: 1 }
    this.#plot = new uPlot({
      ...this.#size(),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { range: () => this.#range() },
        share: { range: [0, 1] },
        rate: { range: (plot, low, high) => [0, Math.max(10, (high ?? 0) * 1.15)] },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 30, space: 90, values: (plot, splits) => splits.map(clock) },
        { ...axis, grid, scale: 'share', size: 48, values: (plot, splits) => splits.map(percent) },
        { ...axis, stroke: colour('--third'), grid: { show: false }, scale: 'rate', side: 1, size: 48, values: (plot, splits) => splits.map(count) },
      ],
      series: [{}, ...LINES.map(({ key, label, colour: name }) => ({
        label,
        scale: key === 'deliveries' ? 'rate' : 'share',
        stroke: colour(name),
        width: 1.75,
        points: { show: false },
      }))],
      hooks: { setCursor: [plot => this.#hover(plot)] },
    }, this.#data(), this.#holder)
  }

  #range() {
    const newest = this.#samples.at(-1)?.time ?? Date.now() / 1_000
    return [newest - KEPT_SECONDS, newest]
  }

  #hover(plot) {
    const time = plot.cursor.idx == null ? null : plot.data[0][plot.cursor.idx]
    this.#show(this.#samples.find(sample => sample.time === time) ?? this.#samples.at(-1))
  }
}

const clock = seconds => new Date(seconds * 1_000).toLocaleTimeString('en-GB')

function push(columns, time, value) {
  columns[0].push(time)
  LINES.forEach(({ key }, line) => columns[line + 1].push(value(key)))
}

function build({ key, label, colour }) {
  const tile = document.createElement('div')
  tile.dataset.tile = key
  if (colour) tile.style.setProperty('--key', `var(${colour})`)
  const term = Object.assign(document.createElement('dt'), { textContent: label })
  const figure = Object.assign(document.createElement('dd'), { textContent: '–' })
  tile.append(term, figure)
  return tile
}
