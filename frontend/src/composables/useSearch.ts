import { shallowRef } from 'vue'
import { searchRows } from '@/api/search'
import type { Column, Criteria, SortKey } from '@/api/types'
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

  /** Give the columns shown the labels of another language, without asking for the rows again. */
  function relabel(columns: readonly Column[]) {
    const { data } = request
    if (!data.value) return
    const labels = new Map(columns.map(({ name, label }) => [name, label]))
    data.value = {
      ...data.value,
      columns: data.value.columns.map((one) => ({
        ...one,
        label: labels.get(one.name) ?? one.label,
      })),
    }
  }

  return { ...request, run, searched, relabel }
}
