/** A bar of the summary as a criterion: what it stands for, in the shape of a field. */
import type { Bucket, Criterion, CriterionValue } from '@/api/types'
import { fieldFrom, type Field } from '@/criteria/fields'

export type Bar = { value: string; bucket?: undefined } | { value?: undefined; bucket: Bucket }

/**
 * The field with the bar added to it, or null when this criterion can't hold it.
 *
 * What is chosen from a list is not decided here: a bar has the label, and the list knows the value.
 */
export function withBar(criterion: Criterion, field: Field, bar: Bar): Field | null {
  if (criterion.type === 'values') {
    if (bar.value === undefined) return null
    const held = !field.not && !field.operator && Array.isArray(field.value) ? field.value : []
    return { value: [...new Set([...held, bar.value])], not: false }
  }
  const value = bar.bucket ? rangeValue(criterion, bar.bucket) : plainValue(criterion, bar.value)
  return value === null ? null : fieldFrom(criterion, value)
}

function rangeValue({ type }: Criterion, { from, to }: Bucket): CriterionValue {
  if (type === 'number_range' || type === 'date_range') {
    return { from: String(from), to: String(to) }
  }
  const isSingle = type === 'number' || type === 'date'
  return isSingle && from === to ? String(from) : null
}

function plainValue({ type }: Criterion, value: string): CriterionValue {
  if (type === 'boolean') return value === 'true'
  return type === 'text' && value !== '' ? value : null
}
