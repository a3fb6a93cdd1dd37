import { describe, expect, it } from 'vitest'
import { column, criterion, select } from '@/testing/build'
import { toCriteria, type Field } from '@/criteria/fields'
import { fieldOf, fieldWithout, isTaken } from './taken'

const country = select('country')
const number = criterion('number_range', { name: 'size', operators: ['empty'] })
const name = criterion('text', {
  name: 'name',
  operators: ['contains', 'prefix', 'exact', 'empty'],
})

describe('a criterion takes what cells hold', () => {
  it.each([
    ['a value of a list', country, ['France'], true],
    ['several of a list', country, ['France', 'Belgium'], true],
    ['several of one', select('country', { multiple: false }), ['France', 'Belgium'], false],
    ['a text to the letter', name, ['Acme'], true],
    ['an empty text', name, [''], false],
    ['a text that can only be contained', criterion('text', { operators: [] }), ['Acme'], false],
    ['no value at all', name, [], true],
    ['no value, which its author took away', criterion('text', { operators: [] }), [], false],
    ['a day of moments', criterion('date'), ['2026-01-01T10:00:00Z'], false],
  ] as const)('%s', (_, taking, values, isOffered) => {
    const type = taking.type === 'date' ? 'timestamptz' : 'text'
    expect(isTaken(taking, column({ type }), values)).toBe(isOffered)
  })

  it('and not where a cell holds several', () => {
    expect(isTaken(name, column({ split: ';' }), ['a;b'])).toBe(false)
  })
})

describe('what is searched for', () => {
  const asked = (taking: typeof name, field: Field | null) =>
    field && toCriteria([taking], { [taking.name]: field })[taking.name]

  it.each([
    [name, ['Acme'], { exact: 'Acme' }],
    [criterion('text', { name: 'code', match: 'exact' }), ['FR'], 'FR'],
    [country, [250, 56], [250, 56]],
    [number, ['12'], { from: '12', to: '12' }],
    [number, [], { empty: true }],
    [criterion('boolean'), ['false'], false],
  ])('is %j alone', (taking, values, expected) => {
    expect(asked(taking, fieldOf(taking, values))).toEqual(expected)
  })

  it.each<[string, typeof name, Field, number[] | string[], unknown]>([
    ['where nothing is asked yet', country, { value: [], not: false }, [250], { not: [250] }],
    [
      'with what is left out already',
      country,
      { value: [56], not: true },
      [250],
      { not: [56, 250] },
    ],
    ['from what is chosen', country, { value: [56, 250], not: false }, [250], [56]],
    ['but the only one that is chosen', country, { value: [250], not: false }, [250], null],
    ['but from another text', name, { value: 'labs', not: false }, ['Acme'], null],
    ['of rows without a value', name, { value: '', not: false }, [], { not: { empty: true } }],
    ['but of both at once', country, { value: [250], not: false }, [], null],
  ])('is all but these, %s', (_, taking, field, values, expected) => {
    expect(asked(taking, fieldWithout(taking, field, values))).toEqual(expected)
  })
})
