import { describe, expect, it } from 'vitest'
import { afterKey, between, HEADING, sizeOf } from './selection'

const SIZE = { rows: 100, columns: 5 }
const NEAR = { isFar: false, pageRows: 10, topRow: HEADING }
const FAR = { ...NEAR, isFar: true }

describe('a key', () => {
  it.each([
    ['ArrowUp', 3, 2, 2, 2],
    ['ArrowUp', 0, 2, HEADING, 2],
    ['ArrowUp', HEADING, 2, HEADING, 2],
    ['ArrowDown', 99, 2, 99, 2],
    ['ArrowDown', HEADING, 2, 0, 2],
    ['ArrowLeft', 3, 0, 3, 0],
    ['ArrowRight', 3, 4, 3, 4],
    ['PageDown', 3, 2, 13, 2],
    ['PageUp', 3, 2, 0, 2],
    ['Home', 3, 2, 3, 0],
    ['End', 3, 2, 3, 4],
  ])('%s leads from %d, %d to %d, %d', (key, row, column, toRow, toColumn) => {
    expect(afterKey({ row, column }, key, NEAR, SIZE)).toEqual({ row: toRow, column: toColumn })
  })

  it.each([
    ['ArrowDown', 99, 2],
    ['ArrowRight', 3, 4],
    ['ArrowUp', HEADING, 2],
    ['Home', 0, 0],
    ['End', 99, 4],
  ])('%s with Ctrl leads to the edge', (key, row, column) => {
    expect(afterKey({ row: 3, column: 2 }, key, FAR, SIZE)).toEqual({ row, column })
  })

  it('that is not for moving leads nowhere', () => {
    expect(afterKey({ row: 3, column: 2 }, 'a', NEAR, SIZE)).toBeNull()
  })

  it('stays among the cells while it selects', () => {
    const within = { ...NEAR, topRow: 0 }
    expect(afterKey({ row: 0, column: 2 }, 'ArrowUp', within, SIZE)).toEqual({ row: 0, column: 2 })
  })
})

describe('a selection', () => {
  it('lies between two cells, whichever came first', () => {
    const selection = between({ row: 7, column: 1 }, { row: 2, column: 3 })
    expect(selection).toEqual({ firstRow: 2, lastRow: 7, firstColumn: 1, lastColumn: 3 })
    expect(sizeOf(selection)).toEqual({ rows: 6, columns: 3 })
  })
})
