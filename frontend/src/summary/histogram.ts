/** The geometry of a histogram: where its bars stand, how high they are, and what is written below. */
import { scaleLinear, scaleUtc } from 'd3-scale'
import type { Bucket } from '@/api/types'

export interface HistogramBar {
  /** All in percent of the plot. */
  left: number
  width: number
  height: number
}

export interface Tick {
  /** In percent of the plot. */
  left: number
  text: string
}

export interface HistogramShape {
  bars: HistogramBar[]
  ticks: Tick[]
}

const DAY_MS = 86_400_000
const TICKS = 4
/** A label that would hang over the edge of the plot is left out. */
const EDGE = 4

export function histogramShape(buckets: readonly Bucket[], locale: string): HistogramShape {
  const edges = edgesOf(buckets)
  const domain = [edges[0] ?? 0, edges.at(-1) ?? 1]
  const isOfDays = typeof buckets[0]?.from === 'string'
  const across = isOfDays
    ? scaleUtc().domain(domain).range([0, 100])
    : scaleLinear().domain(domain).range([0, 100])
  const up = scaleLinear()
    .domain([0, Math.max(1, ...buckets.map(({ count }) => count))])
    .range([0, 100])
  const bars = buckets.map(({ count }, at) => {
    const left = across(edges[at] ?? 0)
    return { left, width: across(edges[at + 1] ?? 0) - left, height: up(count) }
  })
  const ticks = across.ticks(TICKS).map((tick) => ({ left: across(tick), text: '', tick }))
  const texts = tickTexts(
    ticks.map(({ tick }) => tick),
    locale,
  )
  return {
    bars,
    ticks: ticks
      .map(({ left }, at) => ({ left, text: texts[at] ?? '' }))
      .filter(({ left }) => left >= EDGE && left <= 100 - EDGE),
  }
}

/** Where each bar begins, and where the last one ends. Days and whole numbers reach to the next one. */
function edgesOf(buckets: readonly Bucket[]): number[] {
  const starts = buckets.map(({ from }) => placeOf(from))
  const last = buckets.at(-1)
  if (!last) return []
  const step = typeof last.to === 'string' ? DAY_MS : isWhole(buckets) ? 1 : 0
  const end = placeOf(last.to) + step
  // A single fraction has no width of its own.
  return [...starts, end > (starts[0] ?? 0) ? end : end + 1]
}

function isWhole(buckets: readonly Bucket[]): boolean {
  return buckets.every(({ from, to }) => Number.isInteger(from) && Number.isInteger(to))
}

function placeOf(end: number | string): number {
  if (typeof end === 'number') return end
  const time = Date.parse(end)
  return Number.isNaN(time) ? Number(end) : time
}

function tickTexts(ticks: readonly (number | Date)[], locale: string): string[] {
  const [first] = ticks
  if (!(first instanceof Date)) {
    const format = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 2 })
    return ticks.map((tick) => format.format(Number(tick)))
  }
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...datePrecision(ticks) })
  return ticks.map((tick) => format.format(tick as Date))
}

/** As much of a date as tells the ticks apart. */
function datePrecision(ticks: readonly (number | Date)[]): Intl.DateTimeFormatOptions {
  const dates = ticks as readonly Date[]
  if (dates.every((date) => date.getUTCDate() === 1 && date.getUTCMonth() === 0)) {
    return { year: 'numeric' }
  }
  if (dates.every((date) => date.getUTCDate() === 1)) return { year: 'numeric', month: 'short' }
  return { month: 'short', day: 'numeric' }
}
