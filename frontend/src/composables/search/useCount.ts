import { countRows } from '@/api/search'
import type { Criteria } from '@/api/types'
import { useRequest } from '@/composables/requests/useRequest'

/** The exact number of rows. */
export function useCount(id: string) {
  return useRequest((signal: AbortSignal, criteria: Criteria) => countRows(signal, id, criteria))
}
