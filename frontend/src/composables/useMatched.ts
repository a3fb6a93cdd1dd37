import { countRows } from '@/api/search'
import type { Criteria, SearchResult } from '@/api/types'
import { useRequest } from './useRequest'

/**
 * How many values of each list a search found, where its answer doesn't say: of a heavy result the first rows come at
 * once, and this a while after.
 */
export function useMatched(id: string) {
  const request = useRequest((signal: AbortSignal, criteria: Criteria) =>
    countRows(signal, id, criteria),
  )

  async function complete(criteria: Criteria, answer: SearchResult) {
    request.reset()
    const isUnknown = Object.values(answer.unmatched ?? {}).some(({ matched }) => matched === null)
    if (isUnknown) await request.run(criteria)
  }

  return { data: request.data, isLoading: request.isLoading, reset: request.reset, complete }
}
