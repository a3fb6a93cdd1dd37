import { describe, expect, it } from 'vitest'
import { histogramShape } from './histogram'

function buckets(...ends: [number | string, number | string, number][]) {
  return ends.map(([from, to, count]) => ({ from, to, count }))
}

describe('a histogram', () => {
  it('of whole numbers fills the plot, the highest bar its height', () => {
    const { bars } = histogramShape(buckets([0, 49, 10], [50, 99, 5]), 'en')
    expect(bars).toEqual([
      { left: 0, width: 50, height: 100 },
      { left: 50, width: 50, height: 50 },
    ])
  })

  it('gives a shorter last stretch of days a narrower bar', () => {
    const { bars } = histogramShape(
      buckets(['2026-01-01', '2026-01-02', 1], ['2026-01-03', '2026-01-03', 1]),
      'en',
    )
    expect(bars.map(({ width }) => Math.round(width))).toEqual([67, 33])
  })

  it('writes round numbers below, as the language does', () => {
    const shape = histogramShape(buckets([0, 2_499_999, 1], [2_500_000, 4_999_999, 1]), 'en')
    expect(shape.ticks.map(({ text }) => text)).toEqual(['1M', '2M', '3M', '4M'])
  })

  it('writes years below years, and months below months', () => {
    const years = histogramShape(buckets(['2010-01-01', '2025-12-31', 1]), 'en')
    expect(years.ticks.map(({ text }) => text)).toEqual(['2015', '2020', '2025'])
    const months = histogramShape(buckets(['2026-01-15', '2026-06-20', 1]), 'en')
    expect(months.ticks.map(({ text }) => text)).toContain('Mar 2026')
  })

  it('of a single value is one whole bar', () => {
    expect(histogramShape(buckets([7, 7, 3]), 'en').bars).toEqual([
      { left: 0, width: 100, height: 100 },
    ])
    expect(histogramShape(buckets([0.5, 0.5, 3]), 'en').bars[0]?.width).toBe(100)
  })

  it('without rows has no bars', () => {
    expect(histogramShape([], 'en').bars).toEqual([])
  })
})
