import { describe, expect, it } from 'vitest'
import type { Cell, Column } from '@/api/types'
import { column } from '@/testing/build'
import { cellContent, type Content } from './content'

const display = { locale: 'en-GB', yes: 'Yes', no: 'No', null: 'null' }

function text(shown: string, raw = shown): Content {
  return { kind: 'text', text: shown, raw }
}

describe('cellContent', () => {
  it.each<[Cell, Partial<Column>, Content]>([
    [null, {}, { kind: 'null' }],
    ['', {}, text('')],
    ['null', {}, text('null')],
    [10240, { type: 'integer', format: 'identifier' }, text('10240')],
    [10240, { type: 'integer', format: 'quantity' }, text('10,240', '10240')],
    ['9007199254740993', { type: 'integer', format: 'identifier' }, text('9007199254740993')],
    [
      '12345678901234567890.10',
      { type: 'decimal' },
      text('12,345,678,901,234,567,890.10', '12345678901234567890.10'),
    ],
    ['-0.50', { type: 'decimal' }, text('-0.50')],
    ['NaN', { type: 'float' }, text('NaN')],
    [true, { type: 'boolean' }, text('Yes', 'true')],
    [false, { type: 'boolean' }, text('No', 'false')],
    ['2026-01-31', { type: 'date' }, text('31 Jan 2026', '2026-01-31')],
    [
      '2026-01-31T10:20:30.123456',
      { type: 'timestamp' },
      text('31 Jan 2026, 10:20:30', '2026-01-31T10:20:30.123456'),
    ],
    ['{"a": 1}', { type: 'json' }, text('{"a": 1}')],
  ])('shows %j in a column %o', (value, about, content) => {
    expect(cellContent(value, column(about), display)).toEqual(content)
  })

  it('shows several values as chips, and those of an address column as links', () => {
    const content = cellContent(' a@x.example¤¤b', column({ split: '¤', format: 'email' }), display)
    expect(content).toMatchObject({
      parts: [
        { text: 'a@x.example', href: 'mailto:a@x.example' },
        { text: 'b', href: null },
      ],
    })
  })

  it('shows the elements of an array as chips, and a nested array as it came', () => {
    const about = column({ type: 'array' })
    expect(cellContent('{a,"b, c",NULL}', about, display)).toMatchObject({
      parts: [{ text: 'a' }, { text: 'b, c' }, { text: null }],
    })
    expect(cellContent('{{1,2},{3,4}}', about, display)).toEqual(text('{{1,2},{3,4}}'))
  })
})
