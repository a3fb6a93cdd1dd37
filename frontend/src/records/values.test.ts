import { describe, expect, it } from 'vitest'
import type { RecordFieldType, RecordValue } from '@/api/types'
import type { FieldValue } from '@/criteria/fields'
import { recordField } from '@/testing/build'
import { changedFields, faultOf, toFields, toInput, toValue, valuesOf } from './values'

describe('a value of a record', () => {
  it.each<[RecordFieldType, RecordValue, FieldValue]>([
    ['text', 'Lyon', 'Lyon'],
    ['text', null, ''],
    ['multiline', 'two\nlines', 'two\nlines'],
    ['number', '120.50', '120.50'],
    ['number', 3, '3'],
    ['date', '2009-03-02', '2009-03-02'],
    ['boolean', false, false],
    ['boolean', null, null],
    ['select', 'FR', ['FR']],
    ['select', 7, [7]],
    ['select', null, []],
    ['list', ['biobank', 'main'], 'biobank\nmain'],
  ])('of type %s, %j, is shown and sent as it is', (type, value, input) => {
    const field = recordField({ type })
    expect(toInput(field, value)).toEqual(input)
    expect(String(toValue(field, input))).toBe(String(value))
  })

  it('is shown without its zone where it is a time', () => {
    const field = recordField({ type: 'datetime' })
    expect(toInput(field, '2026-06-30T18:00:00.123456+00:00')).toBe('2026-06-30T18:00:00')
    expect(toInput(field, '2026-06-30T18:00:00')).toBe('2026-06-30T18:00:00')
  })

  it('is sent only when it was changed', () => {
    const fields = [recordField({ name: 'name' }), recordField({ name: 'at', type: 'datetime' })]
    const before = toFields(fields, { name: 'Lyon', at: '2026-06-30T18:00:00.5+00:00' })
    const now = { ...before, name: { value: 'Lyon 2', not: false } }
    expect(valuesOf(changedFields(fields, before, now), now)).toEqual({ name: 'Lyon 2' })
  })

  it.each([
    [{ required: true }, '', 'required'],
    [{ required: true }, 'x', null],
    [{ max_length: 2 }, 'FRA', 'tooLong'],
    [{ max_length: 2 }, '🦔🦔', null],
    [{ type: 'number' as const }, 'two', 'number'],
    [{ type: 'number' as const, whole: true }, '1.5', 'whole'],
    [{ type: 'number' as const }, '1.5', null],
    [{ type: 'select' as const, required: true }, [], 'required'],
    [{ type: 'list' as const, required: true }, ' \n', 'required'],
  ])('has the fault that is told: %j %j', (about, input, fault) => {
    expect(faultOf(recordField(about), input)).toBe(fault)
  })
})
