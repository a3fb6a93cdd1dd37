import { describe, expect, it } from 'vitest'
import type { Cell, ColumnType } from '@/api/types'
import { column } from '@/testing/build'
import { csvCell, csvPreview } from './csvPreview'
import { PRESETS } from './dialects'

describe('a cell of the preview', () => {
  it.each<[ColumnType, Cell, string, string]>([
    ['text', null, '', ''],
    ['text', '', '""', '""'],
    ['text', 'a,b', '"a,b"', 'a,b'],
    ['text', 'a;b', 'a;b', '"a;b"'],
    ['text', 'say "b"', '"say ""b"""', '"say ""b"""'],
    ['text', '=1+1', "'=1+1", "'=1+1"],
    ['text', '-5', '-5', '-5'],
    ['text', '+33 1 23 45 67', '+33 1 23 45 67', '+33 1 23 45 67'],
    ['decimal', '1234.50', '1234.50', '1234,50'],
    ['integer', 1234, '1234', '1234'],
    ['boolean', true, 'true', 'true'],
    ['date', '2026-01-31', '2026-01-31', '31/01/2026'],
    ['date', 'infinity', 'infinity', 'infinity'],
    [
      'timestamptz',
      '2026-01-31T10:20:30.5+00:00',
      '2026-01-31 10:20:30.5+00',
      '31/01/2026 10:20:30,5',
    ],
    ['timestamp', '0044-03-15T10:20:30 BC', '0044-03-15 10:20:30 BC', '0044-03-15 10:20:30 BC'],
    ['other', '=1+1', "'=1+1", "'=1+1"],
    ['text', 'abc|=1+1', "abc|'=1+1", "abc|'=1+1"],
    ['array', '{1|-5}', '{1|-5}', '{1|-5}'],
    ['timestamp', '2026-01-31T10:20:30', '2026-01-31 10:20:30', '31/01/2026 10:20:30'],
  ])('%s %s is %s, in French %s', (type, value, plain, french) => {
    expect(csvCell(value, column({ type }), PRESETS.plain)).toBe(plain)
    expect(csvCell(value, column({ type }), PRESETS.fr)).toBe(french)
  })

  it('has its formula where nobody wants it guarded', () => {
    expect(csvCell('=1+1', column(), { ...PRESETS.plain, formula_guard: false })).toBe('=1+1')
  })
})

describe('the preview', () => {
  it('has the headings, and the columns in their order', () => {
    const columns = [
      { column: column({ label: 'B, quoted' }), index: 1, isShown: true },
      { column: column({ label: 'A' }), index: 0, isShown: true },
    ]
    expect(csvPreview([['a', 'b']], columns, PRESETS.plain)).toEqual(['"B, quoted",A', 'b,a'])
  })
})
