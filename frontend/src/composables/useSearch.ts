import { computed, shallowRef } from 'vue'
import { searchRows } from '@/api/search'
import type { Column, Criteria, Extract, NewExtract, SearchResult, SortKey } from '@/api/types'
import { sortedRows } from '@/table/sorting'
import { useFormat } from './useFormat'
import { useRequest } from './useRequest'

export interface Searched {
  criteria: Criteria
  sort: SortKey[]
}

/** The rows of a search, with the criteria and the order that they answer. */
export function useSearch(id: string) {
  const { locale } = useFormat()
  const searched = shallowRef<Searched | null>(null)
  /** The order that the rows came in. */
  const cameIn = shallowRef<SortKey[]>([])
  /** What the whole result became, when it was too large to show. */
  const extract = shallowRef<Extract | null>(null)
  /** A heavy result that nobody asked to extract, as it would be asked for. */
  const extractable = shallowRef<NewExtract>()
  const request = useRequest(
    (signal: AbortSignal, criteria: Criteria, sort: SortKey[], isExtracted: boolean) =>
      searchRows(signal, id, criteria, sort, isExtracted),
  )

  /** The rows of a light result as the reader's language orders them; null as they came. */
  const sorted = computed(() => {
    const answer = request.data.value
    const sort = searched.value?.sort ?? []
    if (!answer || answer.heavy || sort.length === 0) return null
    return sortedRows(answer.rows, answer.columns, sort, locale.value)
  })
  const data = computed<SearchResult | null>(() => {
    const answer = request.data.value
    return answer && sorted.value ? { ...answer, rows: sorted.value } : answer
  })

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
    cameIn.value = sort
    return answer
  }

  /** Put the rows in another order here; false where the database has to be asked. */
  function rearrange(sort: SortKey[]): boolean {
    const before = searched.value
    if (!before) return false
    searched.value = { ...before, sort }
    const isOwn = sort.length === 0 && cameIn.value.length === 0
    if (isOwn || sorted.value) return true
    searched.value = before
    return false
  }

  /** Give the columns shown the labels of another language, without asking for the rows again. */
  function relabel(columns: readonly Column[]) {
    const answer = request.data.value
    if (!answer) return
    const labels = new Map(columns.map(({ name, label }) => [name, label]))
    request.data.value = {
      ...answer,
      columns: answer.columns.map((one) => ({ ...one, label: labels.get(one.name) ?? one.label })),
    }
  }

  /** The rows in the order that they came in. */
  const unsorted = computed(() => request.data.value?.rows ?? [])

  return { ...request, data, unsorted, run, rearrange, searched, extract, extractable, relabel }
}
