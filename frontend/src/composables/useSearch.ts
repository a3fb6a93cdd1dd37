import { shallowRef } from 'vue'
import { searchRows } from '@/api/search'
import type { Column, Criteria, Extract, NewExtract, SortKey } from '@/api/types'
import { useRequest } from './useRequest'

export interface Searched {
  criteria: Criteria
  sort: SortKey[]
}

/** The rows of a search, with the criteria and the order that they answer. */
export function useSearch(id: string) {
  const searched = shallowRef<Searched | null>(null)
  /** What the whole result became, when it was too large to show. */
  const extract = shallowRef<Extract | null>(null)
  /** A heavy result that nobody asked to extract, as it would be asked for. */
  const extractable = shallowRef<NewExtract>()
  const request = useRequest(
    (signal: AbortSignal, criteria: Criteria, sort: SortKey[], isExtracted: boolean) =>
      searchRows(signal, id, criteria, sort, isExtracted),
  )

  async function run(criteria: Criteria, sort: SortKey[], isExtracted = false) {
    const answer = await request.run(criteria, sort, isExtracted)
    if (!answer) return null
    // The same rows in another order are on their way already.
    const isSame = searched.value?.criteria === criteria && !isExtracted
    if (!isSame) {
      extract.value = answer.heavy ? (answer.extract ?? null) : null
      extractable.value =
        answer.heavy && !isExtracted ? { interface: id, criteria, sort } : undefined
    }
    searched.value = { criteria, sort }
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

  return { ...request, run, searched, extract, extractable, relabel }
}
