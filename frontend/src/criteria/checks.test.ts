import { describe, expect, it } from 'vitest'
import type { Criterion } from '@/api/types'
import { criterion } from '@/testing/build'
import { criterionOf, findFault, type Fault } from './checks'
import type { Field } from './fields'

describe('findFault', () => {
  it.each<[Criterion, Field['value'], Fault | null]>([
    [criterion('text'), '', null],
    [criterion('text', { required: true }), ' ', 'required'],
    [criterion('number'), '12.5', null],
    [criterion('number'), '12a', 'number'],
    [criterion('number_range'), { from: '1', to: '2' }, null],
    [criterion('number_range'), { from: '10', to: '9' }, 'range'],
    [criterion('number_range'), { from: 'x', to: '' }, 'number'],
    [criterion('date'), '2026-02-31', null],
    [criterion('date'), '31/01/2026', 'date'],
    [criterion('date_range'), { from: '2026-02-01', to: '2026-01-01' }, 'range'],
    [criterion('date_range'), { from: '2026-01-01', to: '2026-01-01' }, null],
    [criterion('date_range'), { from: '', to: '', preset: 'last_month' }, null],
    [criterion('date_range'), { from: '', to: '', preset: 'someday' }, 'preset'],
    [criterion('boolean', { required: true }), false, null],
  ])('%o with %j: %s', (about, value, fault) => {
    expect(findFault(about, { value, not: false })).toBe(fault)
  })
})

it('finds no fault in what is not looked at', () => {
  const about = criterion('number', { required: true })
  expect(findFault(about, { value: 'x', not: false, operator: 'empty' })).toBeNull()
})

describe('criterionOf', () => {
  it.each([
    ['/criteria/country', 'country'],
    ['/criteria/created/from', 'created'],
    ['#/criteria/a~1b~0c/not/0', 'a/b~c'],
    ['/sort/0/column', null],
    ['', null],
  ])('%j is about %j', (pointer, name) => {
    expect(criterionOf(pointer)).toBe(name)
  })
})
