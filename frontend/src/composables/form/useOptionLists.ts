/**
 * The option lists of a form, each on its own: all are asked for at once when the form opens, each
 * has its own progress, and one that fails leaves the others as they are.
 */
import { computed, nextTick, watch } from 'vue'
import type { Criterion } from '@/api/types'
import type { Fields } from '@/criteria/fields'
import { useOptionList, type OptionListState, type SelectCriterion } from './useOptionList'

export type OptionLists = Record<string, OptionListState>

export function useOptionLists(criteria: readonly Criterion[], fields: Fields) {
  const lists: OptionLists = {}
  for (const criterion of criteria) {
    if (hasOptions(criterion)) {
      lists[criterion.name] = useOptionList(criterion, fields, { criteria, lists })
    }
  }

  /** Load them all; resolves when each has answered or failed, those that depend on another too. */
  async function load(): Promise<void> {
    for (const list of Object.values(lists)) list.forgetDropped()
    forgetKeys()
    await Promise.all(Object.values(lists).map((list) => list.load()))
    await nextTick()
    await new Promise<void>((resolve) => {
      until(() => Object.values(lists).every((list) => !list.isLoading), resolve)
    })
  }

  /** What was pressed before means nothing to a form that was emptied or filled anew. */
  function forgetKeys() {
    for (const list of Object.values(lists)) list.heldKeys = []
  }

  const hasDropped = computed(() => Object.values(lists).some((list) => list.dropped.length > 0))

  return { lists, load, hasDropped, forgetKeys, settleKeys: () => settleKeys(lists) }
}

/** Wait for what was chosen by keys before the options were there; says whether it came to a choice. */
export async function settleKeys(lists: OptionLists): Promise<boolean> {
  const waiting = Object.values(lists).filter(({ heldKeys }) => heldKeys.length > 0)
  await new Promise<void>((resolve) => {
    until(() => waiting.every(({ heldKeys }) => heldKeys.length === 0), resolve)
  })
  return waiting.every(({ error }) => error === null)
}

function until(condition: () => boolean, then: () => void) {
  watch(condition, (holds) => holds && then(), { immediate: true, flush: 'post' })
}

function hasOptions(criterion: Criterion): criterion is SelectCriterion {
  return criterion.options !== null
}
