import { countRows } from '@/api/search'
import type { Criteria, SearchResult } from '@/api/types'
import { useRequest } from '@/composables/requests/useRequest'

/**
 * How many rows a search found, and how many values of each list, where its answer doesn't say: of a heavy result the
 * first rows come at once, and this a while after. Where it becomes an extract, that will tell how many rows there are.
 */
export function useMatched(id: string) {
  const request = useRequest((signal: AbortSignal, criteria: Criteria) =>
    countRows(signal, id, criteria),
  )

  async function complete(criteria: Criteria, answer: SearchResult) {
    request.reset()
    const isUnknown = Object.values(answer.unmatched).some(({ matched }) => matched === null)
    const isGuessed = answer.heavy && answer.reason === 'rows' && answer.count === null
    if (isUnknown || (isGuessed && !answer.extract)) await request.run(criteria)
  }

  return { data: request.data, isLoading: request.isLoading, reset: request.reset, complete }
}
