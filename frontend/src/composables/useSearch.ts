import { shallowRef } from 'vue'
import { searchRows } from '@/api/search'
import type { Criteria, SortKey } from '@/api/types'
import { useRequest } from './useRequest'

export interface Searched {
  criteria: Criteria
  sort: SortKey[]
}

/** The rows of a search, with the criteria and the order that they answer. */
export function useSearch(id: string) {
  const searched = shallowRef<Searched | null>(null)
  const request = useRequest((signal: AbortSignal, criteria: Criteria, sort: SortKey[]) =>
    searchRows(signal, id, criteria, sort),
  )

  async function run(criteria: Criteria, sort: SortKey[]) {
    const answer = await request.run(criteria, sort)
    if (answer) searched.value = { criteria, sort }
    return answer
  }

  return { ...request, run, searched }
}
