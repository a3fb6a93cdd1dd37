import { describe, expect, it } from 'vitest'
import type { Criterion, CriterionValue } from '@/api/types'
import { criterion, select } from '@/testing/build'
import { fieldFrom, isFilled, MISSING, toCriteria, type Field } from './fields'

const one = select('one', { multiple: false })
const many = select('many')

describe('a criterion of a request', () => {
  it.each<[Criterion, Field['value'], CriterionValue]>([
    [criterion('text'), ' labs', ' labs'],
    [criterion('number'), ' 12.50 ', '12.50'],
    [criterion('number_range'), { from: '10', to: '' }, { from: '10', to: null }],
    [criterion('date'), '2026-01-31', '2026-01-31'],
    [criterion('date_range'), { from: '', to: '2026-01-31' }, { from: null, to: '2026-01-31' }],
    [criterion('date_range'), { from: '', to: '', preset: 'last_month' }, { preset: 'last_month' }],
    [one, [33], 33],
    [many, [33, 'x'], [33, 'x']],
    [one, [''], ['']],
    [one, [MISSING], [null]],
    [many, ['', MISSING, 'x'], ['', null, 'x']],
    [criterion('boolean'), false, false],
    [criterion('values'), ['a', 'b'], ['a', 'b']],
  ])('is made from a field of type $type', (about, value, expected) => {
    expect(toCriteria([about], { [about.name]: { value, not: false } })).toEqual({
      [about.name]: expected,
    })
    expect(toCriteria([about], { [about.name]: { value, not: true } })).toEqual({
      [about.name]: { not: expected },
    })
  })

  it.each<[Criterion, Field['value']]>([
    [criterion('text'), '  '],
    [criterion('number'), ''],
    [criterion('date_range'), { from: '', to: '' }],
    [many, []],
    [criterion('boolean'), null],
  ])('is left out when nothing is filled in', (about, value) => {
    expect(isFilled({ value, not: true })).toBe(false)
    expect(toCriteria([about], { [about.name]: { value, not: true } })).toEqual({})
  })
})

it('is asked as its field says', () => {
  const about = criterion('text')
  const made = (field: Field) => toCriteria([about], { text: field }).text
  expect(made({ value: 'x', not: false, operator: 'prefix' })).toEqual({ prefix: 'x' })
  expect(made({ value: 'x', not: true, operator: 'exact' })).toEqual({ not: { exact: 'x' } })
  expect(made({ value: ' ', not: false, operator: 'exact' })).toBeUndefined()
  expect(made({ value: 'x', not: false, operator: 'empty' })).toEqual({ empty: true })
  expect(made({ value: '', not: true, operator: 'empty' })).toEqual({ not: { empty: true } })
})

describe('fieldFrom', () => {
  it.each<[Criterion, CriterionValue, Field]>([
    [criterion('text'), null, { value: '', not: false }],
    [criterion('text'), { not: 'x' }, { value: 'x', not: true }],
    [criterion('text'), { contains: 'x' }, { value: 'x', not: false }],
    [criterion('text'), { not: { exact: 'x' } }, { value: 'x', not: true, operator: 'exact' }],
    [criterion('number'), { empty: true }, { value: '', not: false, operator: 'empty' }],
    [many, { not: { empty: true } }, { value: [], not: true, operator: 'empty' }],
    [criterion('number'), 5, { value: '5', not: false }],
    [criterion('number_range'), { from: 10 }, { value: { from: '10', to: '' }, not: false }],
    [
      criterion('date_range'),
      { not: { preset: 'today' } },
      { value: { from: '', to: '', preset: 'today' }, not: true },
    ],
    [many, 33, { value: [33], not: false }],
    [many, { not: [1, 2] }, { value: [1, 2], not: true }],
    [criterion('boolean'), true, { value: true, not: false }],
    [criterion('values'), 'a', { value: ['a'], not: false }],
  ])('reads the default of a criterion of type $type', (about, value, field) => {
    expect(fieldFrom(about, value)).toEqual(field)
  })
})
