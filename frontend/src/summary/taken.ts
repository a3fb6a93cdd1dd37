/** Values of cells as a criterion: these alone, or all but these. No value at all means the rows without one. */
import type { Column, Criterion, OptionValue } from '@/api/types'
import { emptyValue, fieldFrom, isFilled, type Field } from '@/criteria/fields'

/**
 * Whether a criterion finds exactly the rows with these values in a column, and not others as well.
 *
 * A text that is contained finds longer ones too, a day all its moments.
 */
export function isTaken(criterion: Criterion, column: Column, values: readonly string[]): boolean {
  if (values.length === 0) return criterion.operators.includes('empty')
  if (column.split || column.type === 'array') return false
  if (values.length > 1 && !criterion.multiple) return false
  switch (criterion.type) {
    case 'text':
      return isAskedExactly(criterion) && values[0] !== ''
    case 'date':
    case 'date_range':
      return column.type === 'date'
    default:
      return true
  }
}

function isAskedExactly({ match, operators }: Criterion): boolean {
  return match === 'exact' || operators.includes('exact')
}

/** The field that finds these values and no others. */
export function fieldOf(criterion: Criterion, values: readonly OptionValue[]): Field {
  const [value] = values
  if (value === undefined) return { value: emptyValue(criterion), operator: 'empty', not: false }
  switch (criterion.type) {
    case 'select':
    case 'values':
      return { value: [...values], not: false }
    case 'text':
      return fieldFrom(criterion, { exact: String(value) })
    case 'number_range':
    case 'date_range':
      return fieldFrom(criterion, { from: value, to: value })
    case 'boolean':
      return fieldFrom(criterion, value === 'true')
    default:
      return fieldFrom(criterion, value)
  }
}

/** The field as it is, and without these values; null where it cannot say both. */
export function fieldWithout(
  criterion: Criterion,
  field: Field,
  values: readonly OptionValue[],
): Field | null {
  const texts = new Set(values.map(String))
  if (!isFilled(field)) return { ...fieldOf(criterion, values), not: true }
  if (!Array.isArray(field.value) || field.operator || values.length === 0) return null
  const others = field.value.filter((value) => !texts.has(String(value)))
  if (field.not) return criterion.multiple ? { value: [...others, ...values], not: true } : null
  return others.length > 0 ? { value: others, not: false } : null
}
