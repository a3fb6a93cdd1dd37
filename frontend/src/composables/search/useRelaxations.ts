/**
 * Which criterion keeps a search from finding anything: how many rows there would be without each.
 *
 * All are counted at once, and cancelled when the answer is left; a count that fails is left out.
 */
import { onScopeDispose, ref, watch } from 'vue'
import { countRows } from '@/api/search'
import type { Criteria, Criterion, InterfaceForm } from '@/api/types'

/** Each is a query: a form of forty fields does not ask forty. */
const MAX_COUNTED = 8

export interface Relaxation {
  criterion: Criterion
  /** Rows without the criterion; null while they are counted. */
  count: number | null
}

export function useRelaxations(form: InterfaceForm, criteria: () => Criteria) {
  const relaxations = ref<Relaxation[]>([])
  /** Whether every criterion is among them: what was not counted may be the one that keeps the rows away. */
  const isWhole = ref(false)
  let controller = new AbortController()

  async function count({ name }: Criterion, filled: Criteria, signal: AbortSignal) {
    const others = Object.fromEntries(Object.entries(filled).filter(([key]) => key !== name))
    const answer = await countRows(signal, form.id, others).catch(() => null)
    // A later search has relaxations of its own.
    if (signal.aborted) return
    if (!answer) isWhole.value = false
    relaxations.value = relaxations.value.flatMap((one) => {
      if (one.criterion.name !== name) return [one]
      return answer ? [{ ...one, count: answer.count }] : []
    })
  }

  watch(
    criteria,
    (filled) => {
      controller.abort()
      controller = new AbortController()
      const { signal } = controller
      const found = relaxable(form, filled)
      isWhole.value = found.length === Object.keys(filled).length
      relaxations.value = found.map((criterion) => ({ criterion, count: null }))
      for (const criterion of found) void count(criterion, filled, signal)
    },
    { immediate: true },
  )
  onScopeDispose(() => controller.abort())
  return { relaxations, isWhole }
}

/** What may be left out: the form can't be searched without what it requires. */
function relaxable({ criteria: all, require_one }: InterfaceForm, criteria: Criteria): Criterion[] {
  const filled = all.filter(({ name }) => name in criteria)
  if (require_one && filled.length === 1) return []
  return filled.filter(({ required }) => !required).slice(0, MAX_COUNTED)
}
