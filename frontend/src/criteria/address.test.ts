import { describe, expect, it } from 'vitest'
import type { SortKey } from '@/api/types'
import { criterion, select } from '@/testing/build'
import { fromQuery, toQuery, type Query } from './address'
import { emptyFields, MISSING, type Fields } from './fields'

const criteria = [
  select('country'),
  select('region'),
  criterion('text', { name: 'name' }),
  criterion('number', { name: 'employees' }),
  criterion('number_range', { name: 'revenue' }),
  criterion('date_range', { name: 'created' }),
  criterion('boolean', { name: 'active' }),
  criterion('values', { name: 'domain' }),
  criterion('text', { name: 'state', default: 'open' }),
]

function filled(fields: Fields): Fields {
  return { ...emptyFields(criteria), ...fields }
}

describe('a search in the address', () => {
  it.each<[string, Fields, Query]>([
    ['one of several', { country: { value: ['33', '32'], not: false } }, { country: ['33', '32'] }],
    ['an empty option', { country: { value: [''], not: false } }, { 'country.is': ['empty'] }],
    [
      'no value, or one',
      { country: { value: ['33', MISSING], not: true } },
      { 'country.not': ['33'], 'country.not.is': ['missing'] },
    ],
    ['is not', { region: { value: ['5'], not: true } }, { 'region.not': ['5'] }],
    ['a text', { name: { value: 'a & b=c', not: false } }, { name: 'a & b=c' }],
    [
      'a text in another way',
      { name: { value: 'La b', not: false, operator: 'prefix' } },
      { 'name.prefix': 'La b' },
    ],
    [
      'one to the letter, turned round',
      { name: { value: 'Labs', not: true, operator: 'exact' } },
      { 'name.not.exact': 'Labs' },
    ],
    [
      'rows without a value',
      { region: { value: [], not: false, operator: 'empty' } },
      { 'region.empty': 'true' },
    ],
    [
      'rows with a value',
      {
        revenue: { value: { from: '', to: '' }, not: true, operator: 'empty' },
        domain: { value: [], not: true, operator: 'empty' },
      },
      { 'revenue.not.empty': 'true', 'domain.not.empty': 'true' },
    ],
    [
      'an open range',
      { created: { value: { from: '2026-01-01', to: '' }, not: false } },
      { 'created.from': '2026-01-01' },
    ],
    [
      'a range turned round',
      { revenue: { value: { from: '1', to: '2.50' }, not: true } },
      { 'revenue.not.from': '1', 'revenue.not.to': '2.50' },
    ],
    [
      'days by name, which stay relative',
      { created: { value: { from: '', to: '', preset: 'last_7_days' }, not: true } },
      { 'created.not.preset': 'last_7_days' },
    ],
    ['yes', { active: { value: true, not: false } }, { active: 'true' }],
    ['no', { active: { value: false, not: true } }, { 'active.not': 'false' }],
    [
      'pasted values',
      { domain: { value: ['a.example', 'b'], not: false } },
      { domain: ['a.example', 'b'] },
    ],
  ])('keeps %s', (_, fields, query) => {
    const written = toQuery(
      criteria,
      filled({ ...fields, state: { value: 'open', not: false } }),
      [],
    )
    expect(written).toEqual({ ...query, state: 'open' })
    expect(fromQuery(criteria, written).fields).toEqual(
      filled({ ...fields, state: { value: 'open', not: false } }),
    )
  })

  it('keeps a cleared default cleared, and gives the default where nothing is said', () => {
    const cleared = toQuery(criteria, filled({}), [])
    expect(cleared).toEqual({ state: '' })
    expect(fromQuery(criteria, cleared).fields.state).toEqual({ value: '', not: false })
    expect(fromQuery(criteria, {}).fields.state).toEqual({ value: 'open', not: false })
  })

  it.each<[SortKey[], Query]>([
    [[], {}],
    [[{ column: 'name', descending: false }], { '.sort': ['name'] }],
    [
      [
        { column: 'a.b', descending: true },
        { column: 'odd:desc', descending: false },
      ],
      { '.sort': ['a.b:desc', 'odd:desc:asc'] },
    ],
  ])('keeps the order %j', (sort, query) => {
    const written = toQuery(criteria.slice(0, 1), emptyFields(criteria), sort)
    expect(written).toEqual(query)
    expect(fromQuery(criteria, written).sort).toEqual(sort)
  })

  it('says how many values were too many, and restores none of them', () => {
    const values = Array.from({ length: 5000 }, (_, at) => `domain${at}.example`)
    const query = toQuery(criteria, filled({ domain: { value: values, not: true } }), [])
    expect(query).toEqual({ 'domain.not.pasted': '5000', state: '' })
    const restored = fromQuery(criteria, query)
    expect(restored.omitted).toEqual(new Map([['domain', 5000]]))
    expect(restored.fields.domain).toEqual({ value: [], not: true })
  })

  it.each<[string, Record<string, string>, boolean]>([
    ['an address without a query', {}, false],
    ['one with what is not a criterion', { utm_source: 'mail' }, false],
    ['one with a criterion', { name: 'labs' }, true],
    ['one with an order', { '.sort': 'name' }, true],
  ])('tells whether there is a search in %s', (_, query, has) => {
    expect(fromQuery(criteria, query).hasSearch).toBe(has)
  })
})

it('reads a name that every object has as any other', () => {
  const odd = criterion('text', { name: 'constructor' })
  expect(fromQuery([odd], {}).fields.constructor).toEqual({ value: '', not: false })
  expect(fromQuery([odd], {}).hasSearch).toBe(false)
  expect(fromQuery([odd], { constructor: 'x' }).fields.constructor).toEqual({
    value: 'x',
    not: false,
  })
})
