/**
 * What a record's form holds, and how that becomes a request.
 *
 * A value is in the shape that its input needs; what the user leaves as it was is not sent, so that
 * nothing is rounded, cut off or overwritten on the way.
 */
import type { RecordField, RecordValue, RecordValues } from '@/api/types'
import type { Field, Fields, FieldValue } from '@/criteria/fields'
import { isCanonicalNumber } from '@/criteria/numbers'

export type RecordFault = 'required' | 'number' | 'whole' | 'tooLong'

/** What the input of a field shows of a value. */
export function toInput(field: RecordField, value: RecordValue): FieldValue {
  if (field.type === 'boolean') return typeof value === 'boolean' ? value : null
  if (value === null) return field.type === 'select' ? [] : ''
  if (Array.isArray(value)) return value.join('\n')
  if (field.type === 'select') return [typeof value === 'boolean' ? String(value) : value]
  return field.type === 'datetime' ? localTime(String(value)) : String(value)
}

/** The inputs of a form, of a record or of a new one. */
export function toFields(fields: readonly RecordField[], values: RecordValues | null): Fields {
  return Object.fromEntries(
    fields.map((field) => {
      const value = values ? (values[field.name] ?? null) : field.default
      return [field.name, { value: toInput(field, value), not: false }]
    }),
  )
}

/** What an input stands for in a request; null for nothing. */
export function toValue(field: RecordField, value: FieldValue): RecordValue {
  if (Array.isArray(value)) return value[0] ?? null
  if (typeof value !== 'string') return typeof value === 'boolean' ? value : null
  if (field.type === 'list') {
    const lines = value.split('\n').map((line) => line.trim())
    return lines.some(Boolean) ? lines.filter(Boolean) : null
  }
  const isText = field.type === 'text' || field.type === 'multiline'
  return (isText ? value : value.trim()) || null
}

/** The fields whose inputs differ from what was there before. */
export function changedFields(
  fields: readonly RecordField[],
  before: Fields,
  now: Fields,
): RecordField[] {
  return fields.filter(({ name }) => textOf(before[name]) !== textOf(now[name]))
}

export function valuesOf(fields: readonly RecordField[], now: Fields): RecordValues {
  return Object.fromEntries(
    fields.map((field) => [field.name, toValue(field, now[field.name]?.value ?? null)]),
  )
}

/** What is wrong with one input; null when nothing is, as far as the page can tell. */
export function faultOf(field: RecordField, value: FieldValue): RecordFault | null {
  const given = toValue(field, value)
  if (given === null) return field.required ? 'required' : null
  if (field.type === 'number') {
    if (!isCanonicalNumber(String(given))) return 'number'
    return field.whole && String(given).includes('.') ? 'whole' : null
  }
  const isTooLong = field.max_length !== null && characters(String(given)) > field.max_length
  return isTooLong ? 'tooLong' : null
}

/** As the database counts them: code points. */
function characters(text: string): number {
  return Array.from(text).length
}

/** The server says in which zone it is; an input of the browser knows none. */
function localTime(text: string): string {
  return text.replace(/(\.\d+)?(Z|[+-]\d\d(:?\d\d)?)?$/, '')
}

function textOf(field: Field | undefined): string {
  const value = field?.value ?? null
  return JSON.stringify(Array.isArray(value) ? value.map(String) : value)
}
