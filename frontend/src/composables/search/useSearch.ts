import { shallowRef } from 'vue'
import { searchRows } from '@/api/search'
import type { Criteria, SortKey } from '@/api/types'
import { useLargeResult } from './useLargeResult'
import { useRequest } from '@/composables/requests/useRequest'
import { useRowOrder } from '@/composables/table/useRowOrder'

export interface Searched {
  criteria: Criteria
  sort: SortKey[]
}

/** A search, with the criteria and the order that its rows answer. */
export function useSearch(id: string) {
  const searched = shallowRef<Searched | null>(null)
  const request = useRequest(
    (signal: AbortSignal, criteria: Criteria, sort: SortKey[], isExtracted: boolean) =>
      searchRows(signal, id, criteria, sort, isExtracted),
  )
  const { cameIn, ...rows } = useRowOrder(request.data, searched)
  const { take, ...large } = useLargeResult(id)

  async function run(criteria: Criteria, sort: SortKey[], isExtracted = false) {
    const answer = await request.run(criteria, sort, isExtracted)
    if (!answer) return null
    // The same rows in another order are on their way already.
    const isSame = searched.value?.criteria === criteria && !isExtracted
    if (!isSame) take(answer, criteria, sort, isExtracted)
    searched.value = { criteria, sort }
    cameIn.value = sort
    return answer
  }

  return { request, rows, large, searched, run }
}
