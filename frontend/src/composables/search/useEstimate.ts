import { watch, type Ref } from 'vue'
import { estimateRows } from '@/api/search'
import type { Criteria } from '@/api/types'
import { useDebounced } from '@/composables/requests/useDebounced'
import { useRequest } from '@/composables/requests/useRequest'

const PAUSE_MS = 400

/**
 * About how many rows the form would find, following it as it is filled.
 *
 * It is a courtesy: when it fails, or while the form can't be sent (`criteria` is null), it is silent.
 */
export function useEstimate(id: string, criteria: Ref<Criteria | null>) {
  const request = useRequest((signal: AbortSignal, asked: Criteria) =>
    estimateRows(signal, id, asked),
  )
  const ask = useDebounced((asked: Criteria) => void request.run(asked), PAUSE_MS)

  watch(
    criteria,
    (asked) => {
      request.reset()
      ask.cancel()
      if (asked) ask.call(asked)
    },
    { immediate: true },
  )
  return { data: request.data, isLoading: request.isLoading }
}
