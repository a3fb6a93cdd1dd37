import { describe, expect, it } from 'vitest'
import { column } from '@/testing/build'
import { chipsThatFit, isClipped, measureByLength, withWidths } from './widths'

const display = { locale: 'en', yes: 'Yes', no: 'No', null: 'null' }

function widthOf(label: string, cells: string[]): number {
  const drawn = [{ column: column({ label }), index: 0 }]
  const rows = cells.map((cell) => [cell])
  return withWidths(drawn, rows, display, measureByLength)[0]?.width ?? 0
}

describe('the width of a column', () => {
  it('is at least what its label needs', () => {
    expect(widthOf('A rather long label', ['x'])).toBeGreaterThan(widthOf('Short', ['x']))
  })

  it('follows its widest cell, up to a bound', () => {
    expect(widthOf('x', ['a'.repeat(30), 'b'])).toBeGreaterThan(widthOf('x', ['a'.repeat(20)]))
    expect(widthOf('x', ['a'.repeat(5000)])).toBe(widthOf('x', ['a'.repeat(100)]))
  })
})

describe('chipsThatFit', () => {
  const parts = ['alpha', 'beta', 'gamma'].map((text) => ({ text, href: null }))

  it.each([
    [400, 3],
    [167, 2],
    [40, 1],
  ])('in %d pixels it shows %d of three', (width, shown) => {
    expect(chipsThatFit(parts, width, measureByLength)).toBe(shown)
  })
})

describe('isClipped', () => {
  it.each([
    ['short', 200, false],
    ['a text that is longer than its column', 120, true],
    ['two\nlines', 300, true],
  ])('%j in %d pixels: %s', (text, width, clipped) => {
    expect(isClipped(text, width, measureByLength)).toBe(clipped)
  })
})
