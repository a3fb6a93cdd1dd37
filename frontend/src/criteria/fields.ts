/**
 * What the form holds while the user fills it, and how that becomes a request.
 *
 * A field keeps its value in the shape that its input needs; numbers stay text, so that nothing is
 * rounded on the way to the database.
 */
import type {
  Criteria,
  Criterion,
  CriterionValue,
  Operator,
  OptionValue,
  Preset,
} from '@/api/types'

export interface RangeValue {
  from: string
  to: string
  /** A period, instead of both ends: it stays relative. Text, because an address can hold any. */
  preset?: string
}

/** Values that are kept as a list on the server, by its id. */
export interface ListValue {
  list: string
}

export type FieldValue = string | RangeValue | OptionValue[] | ListValue | boolean | null

export interface Field {
  /** Kept while the field asks for rows without a value: the user may come back to it. */
  value: FieldValue
  /** How it is asked, where that is not as its author says. */
  operator?: Operator
  /** *Is not*: the rows that do not meet this criterion. */
  not: boolean
}

/**
 * The option for rows that have no value. Fields and addresses hold texts and numbers only: this is a text
 * that no database can hold.
 */
export const MISSING = '\0'

export type Fields = Record<string, Field>

/** What a record has under a name of the author's: `constructor` is none of what it inherits. */
export function own<Value>(record: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

export function isList(value: unknown): value is ListValue {
  return typeof value === 'object' && value !== null && 'list' in value
}

export function isRange(value: unknown): value is RangeValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isList(value)
}

export function emptyValue(criterion: Criterion): FieldValue {
  switch (criterion.type) {
    case 'number_range':
    case 'date_range':
      return { from: '', to: '' }
    case 'select':
    case 'values':
      return []
    case 'boolean':
      return null
    default:
      return ''
  }
}

export function emptyField(criterion: Criterion): Field {
  return { value: emptyValue(criterion), not: false }
}

export function isFilled({ value, operator }: Field): boolean {
  if (operator === 'empty') return true
  if (value === null) return false
  if (typeof value === 'boolean') return true
  if (Array.isArray(value)) return value.length > 0
  if (isList(value)) return true
  if (isRange(value)) return [value.from, value.to, value.preset].some((end) => end?.trim())
  return value.trim() !== ''
}

/** Read a value in the request's shape, such as a definition's default, into a field. */
export function fieldFrom(criterion: Criterion, value: CriterionValue): Field {
  if (typeof value === 'object' && value !== null && 'not' in value) {
    return { ...fieldFrom(criterion, value.not), not: true }
  }
  const [operator, asked] = split(value)
  const field = { value: valueFrom(criterion, asked), not: false }
  return operator && operator !== criterion.match ? { ...field, operator } : field
}

const OPERATORS: readonly Operator[] = ['contains', 'prefix', 'exact', 'empty']

/** The operator that a value of a request has as its key, and what stands below it. */
function split(value: CriterionValue): [Operator | undefined, CriterionValue] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [undefined, value]
  const operator = OPERATORS.find((key) => key in value)
  if (!operator) return [undefined, value]
  const [text] = Object.values(value) as CriterionValue[]
  return [operator, operator === 'empty' ? null : (text ?? null)]
}

function valueFrom(criterion: Criterion, value: CriterionValue): FieldValue {
  if (value === null) return emptyValue(criterion)
  const empty = emptyValue(criterion)
  if (Array.isArray(empty)) {
    if (Array.isArray(value)) return value.map((one) => one ?? MISSING)
    if (isList(value) && criterion.type === 'values') return { list: value.list }
    return typeof value === 'object' || typeof value === 'boolean' || value === '' ? [] : [value]
  }
  if (isRange(empty)) {
    if (typeof value !== 'object' || Array.isArray(value) || isList(value)) return empty
    if ('preset' in value) return { ...empty, preset: value.preset }
    const { from, to } = value as Partial<Record<'from' | 'to', string | number | null>>
    return { from: textOf(from), to: textOf(to) }
  }
  if (empty === null) return typeof value === 'boolean' ? value : null
  return typeof value === 'object' ? '' : String(value)
}

function textOf(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value)
}

export function defaultFields(criteria: readonly Criterion[]): Fields {
  return Object.fromEntries(criteria.map((c) => [c.name, fieldFrom(c, c.default)]))
}

/** The fields that a request's criteria came from: what they leave out is empty, also where it has a default. */
export function fieldsFrom(criteria: readonly Criterion[], filled: Criteria): Fields {
  return Object.fromEntries(
    criteria.map((c) => [c.name, fieldFrom(c, own(filled, c.name) ?? null)]),
  )
}

export function emptyFields(criteria: readonly Criterion[]): Fields {
  return Object.fromEntries(criteria.map((c) => [c.name, emptyField(c)]))
}

/** The criteria of a request: what is filled, and nothing else. */
export function toCriteria(criteria: readonly Criterion[], fields: Fields): Criteria {
  const filled: Criteria = {}
  for (const criterion of criteria) {
    const field = fields[criterion.name]
    if (!field || !isFilled(field)) continue
    const value = askedValue(criterion, field)
    filled[criterion.name] = field.not ? { not: value } : value
  }
  return filled
}

function askedValue(criterion: Criterion, { value, operator }: Field): CriterionValue {
  if (operator === 'empty') return { empty: true }
  const asked = requestValue(criterion, value)
  return operator ? { [operator]: asked } : asked
}

function requestValue(criterion: Criterion, value: FieldValue): CriterionValue {
  if (Array.isArray(value)) {
    return criterion.type === 'select' ? requestOptions(criterion, value) : [...value]
  }
  if (isList(value)) return { list: value.list }
  if (isRange(value)) return requestRange(value)
  // Spaces around a text can be meant ("starts with a space"); around a number or a date they can't.
  if (typeof value === 'string' && criterion.type !== 'text') return value.trim()
  return value
}

/** In a list the empty text is an option, and null the one for rows without a value; alone both mean nothing chosen. */
function requestOptions({ multiple }: Criterion, values: readonly OptionValue[]): CriterionValue {
  const [first] = values
  if (!multiple && first !== undefined && first !== '' && first !== MISSING) return first
  return values.map((value) => (value === MISSING ? null : value))
}

function requestRange({ from, to, preset }: RangeValue): CriterionValue {
  // A name that is none was found out before the form is sent (checks.ts).
  if (preset) return { preset: preset as Preset }
  return { from: from.trim() || null, to: to.trim() || null }
}
