import { describe, expect, it } from 'vitest'
import { columnsInView, rowsInView } from './useVirtualTable'

const view = { top: 0, left: 0, width: 1000, height: 340 }

describe('rowsInView', () => {
  it.each([
    [0, 10_000, { first: 0, end: 20 }],
    [34, 10_000, { first: 0, end: 20 }],
    [34 * 100, 10_000, { first: 92, end: 120 }],
    [34 * 9990, 10_000, { first: 9980, end: 10_000 }],
    [0, 3, { first: 0, end: 3 }],
    [0, 0, { first: 0, end: 0 }],
  ])('scrolled to %d of %d rows: %o', (top, count, span) => {
    expect(rowsInView({ ...view, top }, count, 34)).toEqual(span)
  })

  it('covers the view wherever it is', () => {
    for (let top = 0; top < 34 * 500; top += 7) {
      const { first, end } = rowsInView({ ...view, top }, 1000, 34)
      expect(first * 34).toBeLessThanOrEqual(top)
      expect(end * 34).toBeGreaterThanOrEqual(top + view.height)
    }
  })
})

describe('columnsInView', () => {
  const widths = Array.from({ length: 40 }, () => 100)

  it.each([
    [0, widths, { first: 0, end: 12 }],
    [1000, widths, { first: 7, end: 22 }],
    [3000, widths, { first: 27, end: 40 }],
    [0, [100, 100], { first: 0, end: 2 }],
    [0, [], { first: 0, end: 0 }],
  ])('scrolled by %d', (left, columns, span) => {
    expect(columnsInView({ ...view, left }, columns)).toEqual(span)
  })
})
