/** What a field asks, in a word between its label and its value: is, is not, contains, is empty … */
import type { Criterion, Operator } from '@/api/types'
import type { Field } from './fields'

type Way = 'is' | Operator

/** A key of the catalogue: the way, and whether it is turned round. */
export type Word = Way | `${Way}Not`

export interface Asking {
  word: Word
  operator?: Operator
  not: boolean
}

export function askingOf(criterion: Criterion, { operator, not }: Field): Asking {
  const way = operator ?? ownWay(criterion)
  return { word: not ? `${way}Not` : way, operator, not }
}

/** How a field may be asked, its own way first; and how it is asked now, should the form no longer have that. */
export function askings(criterion: Criterion, field: Field): Asking[] {
  const others = criterion.operators.filter((operator) => operator !== criterion.match)
  const turns = criterion.negatable ? [false, true] : [false]
  const all = [undefined, ...others].flatMap((operator) =>
    turns.map((not) => askingOf(criterion, { value: null, operator, not })),
  )
  const now = askingOf(criterion, field)
  return all.some(({ word }) => word === now.word) ? all : [...all, now]
}

/** Texts are compared as their author says; where that is to the letter, or in SQL of their own, a value *is* it. */
function ownWay({ match, operators }: Criterion): Way {
  return match && match !== 'exact' && operators.includes(match) ? match : 'is'
}
