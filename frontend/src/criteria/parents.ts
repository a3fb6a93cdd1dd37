/** What the options of one criterion follow from others. */
import type { Criterion, Option, OptionValue } from '@/api/types'
import { isFilled, isList, isRange, type Fields, type FieldValue } from './fields'

/** As many characters of an address as the others of a list may take: it has to hold more, and is bounded. */
const MOST_CHARACTERS = 4000

/** What an option list is asked for by, as parameters of its address. */
export interface Narrowing {
  narrowed: Record<string, string[]>
  /** What belongs to these values is taken away from the list. */
  excluded: Record<string, string[]>
}

/** As much of a criterion's own list as others have to know. */
interface Known {
  options: readonly Option[]
  isPartial: boolean
}

/**
 * The values that a list depends on.
 *
 * A criterion that is turned round means all others of its options, where it takes several, and they are known and
 * few enough for an address. Else it narrows nothing, and what belongs to its values is taken away. One that is asked by an operator narrows nothing.
 */
export function narrowingOf(
  names: readonly string[],
  fields: Fields,
  lists: Readonly<Record<string, Known>>,
  criteria: readonly Criterion[],
): Narrowing {
  const narrowed: Record<string, string[]> = {}
  const excluded: Record<string, string[]> = {}
  for (const name of names) {
    const field = fields[name]
    if (!field || field.operator) continue
    const given = asParameters(name, field.value)
    const takesSeveral = criteria.some((one) => one.name === name && one.multiple)
    const others = takesSeveral ? othersOf(name, field.value, lists[name]) : null
    if (!field.not) Object.assign(narrowed, given)
    else if (others) narrowed[name] = others
    else Object.assign(excluded, given)
  }
  return { narrowed, excluded }
}

function asParameters(name: string, value: FieldValue): Record<string, string[]> {
  if (Array.isArray(value)) return value.length > 0 ? { [name]: value.map(String) } : {}
  if (isList(value)) return { [`${name}.list`]: [value.list] }
  return value !== null && value !== '' && !isRange(value) ? { [name]: [String(value)] } : {}
}

/** Every option but those that are chosen; null where they are not all known, or too many. */
function othersOf(name: string, value: FieldValue, list: Known | undefined): string[] | null {
  if (!list || list.isPartial || !Array.isArray(value) || value.length === 0) return null
  const chosen = new Set<OptionValue>(value)
  const others = list.options.map((option) => option.value).filter((one) => !chosen.has(one))
  const length = others.reduce<number>((sum, one) => sum + name.length + String(one).length + 2, 0)
  return others.length > 0 && length <= MOST_CHARACTERS ? others.map(String) : null
}

/** The labels of the criteria that a list follows and that are not filled in. */
export function lackedLabels(
  names: readonly string[],
  fields: Fields,
  criteria: readonly Criterion[],
): string[] {
  return criteria
    .filter(({ name }) => {
      const field = names.includes(name) ? fields[name] : undefined
      return field && !isFilled(field)
    })
    .map(({ label }) => label)
}
