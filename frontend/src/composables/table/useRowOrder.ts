import { computed, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Column, SearchResult, SortKey } from '@/api/types'
import { sortedRows } from '@/table/sorting'
import { useFormat } from '@/composables/format/useFormat'
import type { Searched } from '@/composables/search/useSearch'

/** The rows of an answer, in the order that the reader wants: those of a light result are sorted here. */
export function useRowOrder(
  answer: ShallowRef<SearchResult | null>,
  searched: Ref<Searched | null>,
) {
  const { locale } = useFormat()
  /** The order that the rows came in. */
  const cameIn = shallowRef<SortKey[]>([])

  /** The rows of a light result as the reader's language orders them; null as they came. */
  const sorted = computed(() => {
    const sort = searched.value?.sort ?? []
    if (!answer.value || answer.value.heavy || sort.length === 0) return null
    return sortedRows(answer.value.rows, answer.value.columns, sort, locale.value)
  })
  const data = computed<SearchResult | null>(() =>
    answer.value && sorted.value ? { ...answer.value, rows: sorted.value } : answer.value,
  )

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
    if (!answer.value) return
    const labels = new Map(columns.map(({ name, label }) => [name, label]))
    answer.value = {
      ...answer.value,
      columns: answer.value.columns.map((column) => ({
        ...column,
        label: labels.get(column.name) ?? column.label,
      })),
    }
  }

  /** The rows in the order that they came in. */
  const unsorted = computed(() => answer.value?.rows ?? [])

  return { data, unsorted, cameIn, rearrange, relabel }
}
