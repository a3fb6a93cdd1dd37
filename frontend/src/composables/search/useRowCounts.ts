/** How many rows there are: as somebody counted, as a result or its lists need it, and about, while the form is filled. */
import { computed, watch } from 'vue'
import { useCount } from './useCount'
import { useEstimate } from './useEstimate'
import type { FormState } from '@/composables/form/useForm'
import { useMatched } from '@/composables/table/useMatched'

export function useRowCounts(id: string, state: FormState) {
  const { checks } = state
  const exact = useCount(id)
  const matched = useMatched(id)
  const askable = computed(() =>
    checks.faults.value.size > 0 || checks.lacksOne.value ? null : state.criteria.value,
  )
  const estimate = useEstimate(id, askable)

  // An exact count belongs to the form that was counted.
  watch(
    () => JSON.stringify(state.criteria.value),
    () => exact.reset(),
  )

  function reset() {
    exact.reset()
    matched.reset()
  }

  return { exact, matched, estimate, reset }
}
