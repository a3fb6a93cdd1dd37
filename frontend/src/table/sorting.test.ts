import { describe, expect, it } from 'vitest'
import type { Cell, ColumnType } from '@/api/types'
import { column } from '@/testing/build'
import { sortedRows } from './sorting'

function sorted(type: ColumnType, cells: Cell[], descending = false, locale = 'fr') {
  const rows = cells.map((cell) => [cell])
  const keys = [{ column: 'it', descending }]
  return sortedRows(rows, [column({ name: 'it', type })], keys, locale)?.map(([cell]) => cell)
}

describe('rows put in order', () => {
  it.each<[ColumnType, Cell[], Cell[]]>([
    ['integer', [10, 9, -1, null, 100], [-1, 9, 10, 100, null]],
    ['integer', ['9007199254740993', '9007199254740992'], ['9007199254740992', '9007199254740993']],
    ['decimal', ['10.5', '9', '-0.51', '-0.5'], ['-0.51', '-0.5', '9', '10.5']],
    [
      'decimal',
      ['0.10000000000000000002', '0.1', '0.10000000000000000001'],
      ['0.1', '0.10000000000000000001', '0.10000000000000000002'],
    ],
    ['float', [1e21, 2, 1e-7], [1e-7, 2, 1e21]],
    ['boolean', [true, null, false], [false, true, null]],
    [
      'date',
      ['2026-02-01', '0999-12-31', '2026-01-31'],
      ['0999-12-31', '2026-01-31', '2026-02-01'],
    ],
    [
      'timestamp',
      ['2026-01-01T10:00:00.5', '2026-01-01T10:00:00', '2026-01-01T09:59:59'],
      ['2026-01-01T09:59:59', '2026-01-01T10:00:00', '2026-01-01T10:00:00.5'],
    ],
    [
      'timestamptz',
      ['2026-10-25T02:30:00+01:00', '2026-10-25T02:45:00+02:00'],
      ['2026-10-25T02:45:00+02:00', '2026-10-25T02:30:00+01:00'],
    ],
    [
      'text',
      ['Zoë', 'Élodie', 'eva', 'Emil', null, ''],
      ['', 'Élodie', 'Emil', 'eva', 'Zoë', null],
    ],
  ])('of %s: %j', (type, cells, expected) => {
    expect(sorted(type, cells)).toEqual(expected)
  })

  it('turned round have NULLs last all the same', () => {
    expect(sorted('text', ['a', null, 'c', 'b'], true)).toEqual(['c', 'b', 'a', null])
  })

  it('follow the language of the reader', () => {
    expect(sorted('text', ['Öl', 'Zebra'], false, 'de')).toEqual(['Öl', 'Zebra'])
    expect(sorted('text', ['Öl', 'Zebra'], false, 'sv')).toEqual(['Zebra', 'Öl'])
  })

  it('that are alike stay as they were, also when they are turned round', () => {
    const columns = [column({ name: 'a' }), column({ name: 'b' })]
    const rows = [
      ['x', '1'],
      ['y', '2'],
      ['x', '3'],
    ]
    const order = (descending: boolean) =>
      sortedRows(rows, columns, [{ column: 'a', descending }], 'en')?.map(([, b]) => b)
    expect([order(false), order(true)]).toEqual([
      ['1', '3', '2'],
      ['2', '1', '3'],
    ])
  })

  it('by several columns are ordered by the next where the one before is alike', () => {
    const columns = [column({ name: 'a' }), column({ name: 'b', type: 'integer' })]
    const rows = [
      ['x', 2],
      ['y', 1],
      ['x', 10],
    ]
    const keys = [
      { column: 'a', descending: false },
      { column: 'b', descending: true },
    ]
    expect(sortedRows(rows, columns, keys, 'en')).toEqual([rows[2], rows[0], rows[1]])
  })

  it.each<[ColumnType, Cell[]]>([
    ['interval', ['1 day', '02:00:00']],
    ['json', ['{}']],
    ['date', ['2026-01-01', 'infinity']],
    ['date', ['2026-01-01', '0044-03-15 BC']],
    ['timestamptz', ['10000-01-01T00:00:00+00:00']],
    ['decimal', ['NaN', '1']],
  ])('of %s with %j are left to the database', (type, cells) => {
    expect(sorted(type, cells)).toBeUndefined()
  })
})
