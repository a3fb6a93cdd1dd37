import { describe, expect, it } from 'vitest'
import type { CriterionType } from '@/api/types'
import { emptyField, toCriteria } from '@/criteria/fields'
import { criterion } from '@/testing/build'
import { withBar, type Bar } from './picked'

const bucket = (from: number | string, to: number | string): Bar => ({
  bucket: { from, to, count: 1 },
})

describe('a bar', () => {
  it.each<[CriterionType, Bar, unknown]>([
    ['text', { value: 'Acme' }, 'Acme'],
    ['text', { value: '' }, undefined],
    ['boolean', { value: 'true' }, true],
    ['boolean', { value: 'false' }, false],
    ['values', { value: 'a.example' }, ['a.example']],
    ['number_range', bucket(1, 50), { from: '1', to: '50' }],
    ['date_range', bucket('2026-01-01', '2026-01-31'), { from: '2026-01-01', to: '2026-01-31' }],
    ['number', bucket(7, 7), '7'],
    ['number', bucket(7, 9), undefined],
    ['date', bucket('2026-01-01', '2026-01-01'), '2026-01-01'],
    ['values', bucket(1, 2), undefined],
  ])('becomes, in a criterion of type %s, from %j: %j', (type, bar, expected) => {
    const about = criterion(type, { name: 'it' })
    const field = withBar(about, emptyField(about), bar)
    expect(field && toCriteria([about], { it: field }).it).toEqual(expected ?? null)
  })

  it('joins the values that are there, and turns what is left out round', () => {
    const about = criterion('values')
    expect(withBar(about, { value: ['a'], not: false }, { value: 'b' })?.value).toEqual(['a', 'b'])
    expect(withBar(about, { value: ['a'], not: true }, { value: 'b' })).toEqual({
      value: ['b'],
      not: false,
    })
  })
})
