/** What the page can tell at once about a form; the server has the last word. */
import type { Criterion } from '@/api/types'
import { isFilled, isRange, type Field, type Fields, type RangeValue } from './fields'
import { isCanonicalNumber } from './numbers'
import { isPreset } from './presets'

export type Fault = 'required' | 'number' | 'range' | 'date' | 'preset'

export function findFault(criterion: Criterion, field: Field): Fault | null {
  if (!isFilled(field)) return criterion.required ? 'required' : null
  const { value, operator } = field
  if (operator === 'empty') return null
  const text = typeof value === 'string' ? value.trim() : ''
  switch (criterion.type) {
    case 'number':
      return isCanonicalNumber(text) ? null : 'number'
    case 'date':
      return isDate(text) ? null : 'date'
    case 'number_range':
      return isRange(value) ? rangeFault(value, 'number', isCanonicalNumber, isNumberBefore) : null
    case 'date_range':
      return isRange(value) ? rangeFault(value, 'date', isDate, (a, b) => a < b) : null
    default:
      return null
  }
}

function rangeFault(
  { from, to, preset }: RangeValue,
  fault: Fault,
  isValid: (text: string) => boolean,
  isBefore: (a: string, b: string) => boolean,
): Fault | null {
  if (preset) return isPreset(preset) ? null : 'preset'
  if (from && !isValid(from)) return fault
  if (to && !isValid(to)) return fault
  return from && to && isBefore(to, from) ? 'range' : null
}

// Near enough to warn: two numbers that a double can't tell apart are left to the server.
function isNumberBefore(a: string, b: string): boolean {
  return Number(a) < Number(b)
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
}

/** The faults of a form by the name of their criterion. */
export function findFaults(criteria: readonly Criterion[], fields: Fields): Map<string, Fault> {
  const faults = new Map<string, Fault>()
  for (const criterion of criteria) {
    const field = fields[criterion.name]
    const fault = field && findFault(criterion, field)
    if (fault) faults.set(criterion.name, fault)
  }
  return faults
}

/** The criterion that an error's JSON pointer is about: `/criteria/created/from` is about `created`. */
export function criterionOf(pointer: string): string | null {
  const [root, name] = pointer.replace(/^#?\//, '').split('/')
  if (root !== 'criteria' || !name) return null
  return name.replaceAll('~1', '/').replaceAll('~0', '~')
}
