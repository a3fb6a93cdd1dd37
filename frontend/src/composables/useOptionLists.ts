/**
 * The option lists of a form, each on its own: all are asked for at once when the form opens, each
 * has its own progress, and one that fails leaves the others as they are.
 */
import type { Criterion } from '@/api/types'
import type { Fields } from '@/criteria/fields'
import { useOptionList, type OptionListState, type SelectCriterion } from './useOptionList'

export type OptionLists = Record<string, OptionListState>

export function useOptionLists(criteria: readonly Criterion[], fields: Fields) {
  const lists: OptionLists = {}
  for (const criterion of criteria) {
    if (hasOptions(criterion)) lists[criterion.name] = useOptionList(criterion, fields)
  }

  /** Load them all; resolves when each has answered or failed. */
  async function load(): Promise<void> {
    await Promise.all(Object.values(lists).map((list) => list.load()))
  }

  return { lists, load }
}

function hasOptions(criterion: Criterion): criterion is SelectCriterion {
  return criterion.options !== null
}
