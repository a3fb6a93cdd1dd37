/**
 * A search in the page's address.
 *
 *     ?country=33&country=32        is one of several
 *     &region.not=5                 is not
 *     &code.is=empty                the option that is an empty text; "missing" for rows without a value
 *     &name.prefix=La               an operator; "name.not.prefix" turned round
 *     &region.empty=true            rows without a value
 *     &created.from=2026-01-01      a range, either end
 *     &created.preset=last_7_days   days by name, which stay relative
 *     &name=                        cleared, although it has a default
 *     &domain.list=3f0c…            an uploaded list, by its id
 *     &domain.pasted=5000           values too many for an address: how many there were
 *     &.sort=comp_name:desc         a leading dot: no criterion can have that name
 */
import type { Criterion, OptionValue, SortKey } from '@/api/types'
import {
  emptyField,
  emptyValue,
  fieldFrom,
  isFilled,
  isList,
  isRange,
  MISSING,
  own,
  type Field,
  type Fields,
} from './fields'

export type Query = Record<string, string | string[]>
type LooseQuery = Record<string, string | null | undefined | (string | null)[]>

/** Values beyond this many characters are left out: proxies cut addresses at 8 kB. */
const MAX_VALUES_LENGTH = 2000
const SORT = '.sort'

export interface Address {
  fields: Fields
  sort: SortKey[]
  /** Criteria whose values did not fit: their names, with how many values there were. */
  omitted: Map<string, number>
  /** Whether the address says anything at all about the search. */
  hasSearch: boolean
}

export function toQuery(criteria: readonly Criterion[], fields: Fields, sort: SortKey[]): Query {
  const query: Query = {}
  for (const criterion of criteria) {
    const field = fields[criterion.name]
    if (field) Object.assign(query, fieldQuery(criterion, field))
  }
  if (sort.length > 0) query[SORT] = sort.map(sortText)
  return query
}

function fieldQuery({ name, default: preset }: Criterion, field: Field): Query {
  const { value, operator } = field
  if (!isFilled(field)) return preset === null ? {} : { [name]: '' }
  const turned = field.not ? `${name}.not` : name
  if (operator === 'empty') return { [`${turned}.empty`]: 'true' }
  const key = operator ? `${turned}.${operator}` : turned
  if (Array.isArray(value)) {
    const texts = value.filter((one) => !isNamed(one)).map(String)
    const names = value.filter(isNamed).map((one) => (one === MISSING ? 'missing' : 'empty'))
    if (names.length > 0) {
      return { ...(texts.length > 0 && { [key]: texts }), [`${key}.is`]: names }
    }
    const isTooLong = texts.reduce((sum, text) => sum + text.length + 1, 0) > MAX_VALUES_LENGTH
    return isTooLong ? { [`${key}.pasted`]: String(texts.length) } : { [key]: texts }
  }
  if (isList(value)) return { [`${key}.list`]: value.list }
  if (isRange(value)) {
    if (value.preset) return { [`${key}.preset`]: value.preset }
    return {
      ...(value.from && { [`${key}.from`]: value.from }),
      ...(value.to && { [`${key}.to`]: value.to }),
    }
  }
  return { [key]: String(value) }
}

/** Whether an option is told by a name of its own: a key without a value means that nothing is chosen. */
function isNamed(value: OptionValue): boolean {
  return value === '' || value === MISSING
}

export function fromQuery(criteria: readonly Criterion[], query: LooseQuery): Address {
  const address: Address = { fields: {}, sort: [], omitted: new Map(), hasSearch: false }
  for (const criterion of criteria) {
    const field = readField(criterion, query, address.omitted)
    address.fields[criterion.name] = field ?? fieldFrom(criterion, criterion.default)
    address.hasSearch ||= field !== null
  }
  address.sort = all(query, SORT).map(readSort)
  address.hasSearch ||= address.sort.length > 0
  return address
}

function readField(
  criterion: Criterion,
  query: LooseQuery,
  omitted: Map<string, number>,
): Field | null {
  const { name } = criterion
  for (const not of [false, true]) {
    const key = not ? `${name}.not` : name
    const pasted = all(query, `${key}.pasted`)[0]
    if (pasted !== undefined) {
      omitted.set(name, Number(pasted) || 0)
      return { ...emptyField(criterion), not }
    }
    const list = criterion.type === 'values' ? all(query, `${key}.list`)[0] : undefined
    if (list) return { value: { list }, not }
    const asked = readOperator(criterion, query, key)
    if (asked) return { ...asked, not }
    const value = readValue(criterion, query, key)
    if (value !== undefined) return { value, not }
  }
  return null
}

/** What is asked by an operator under a key, or undefined when the address has none there. */
function readOperator(
  criterion: Criterion,
  query: LooseQuery,
  key: string,
): Pick<Field, 'value' | 'operator'> | undefined {
  if (all(query, `${key}.empty`)[0]) return { value: emptyValue(criterion), operator: 'empty' }
  if (criterion.type !== 'text') return undefined
  for (const operator of ['contains', 'prefix', 'exact'] as const) {
    const text = all(query, `${key}.${operator}`)[0]
    if (text !== undefined)
      return operator === criterion.match ? { value: text } : { value: text, operator }
  }
  return undefined
}

/** The value under a key, or undefined when the address doesn't have the key. */
function readValue(
  criterion: Criterion,
  query: LooseQuery,
  key: string,
): Field['value'] | undefined {
  const texts = all(query, key)
  const empty = emptyValue(criterion)
  if (isRange(empty)) {
    const from = all(query, `${key}.from`)[0]
    const to = all(query, `${key}.to`)[0]
    const preset = criterion.type === 'date_range' ? all(query, `${key}.preset`)[0] : undefined
    if (preset) return { from: '', to: '', preset }
    if (from === undefined && to === undefined) return texts.length > 0 ? empty : undefined
    return { from: from ?? '', to: to ?? '' }
  }
  const named = criterion.type === 'select' ? all(query, `${key}.is`).flatMap(namedOption) : []
  if (named.length > 0) return [...texts.filter((text) => text !== ''), ...named]
  const first = texts[0]
  if (first === undefined) return undefined
  if (Array.isArray(empty)) return texts.filter((text) => text !== '')
  if (empty === null) return first === 'true' ? true : first === 'false' ? false : null
  return first
}

function namedOption(name: string): string[] {
  return name === 'empty' ? [''] : name === 'missing' ? [MISSING] : []
}

function sortText({ column, descending }: SortKey): string {
  if (descending) return `${column}:desc`
  return /:(asc|desc)$/.test(column) ? `${column}:asc` : column
}

function readSort(text: string): SortKey {
  const [, column = text, order] = /^(.*?)(?::(asc|desc))?$/s.exec(text) ?? []
  return { column, descending: order === 'desc' }
}

function all(query: LooseQuery, key: string): string[] {
  const value = own(query, key)
  if (value === undefined) return []
  const texts: (string | null | (() => unknown))[] = Array.isArray(value) ? value : [value]
  // The router's own reader puts what every object has under a name before what the address says.
  return texts.flatMap((text) => (typeof text === 'function' ? [] : (text ?? '')))
}
