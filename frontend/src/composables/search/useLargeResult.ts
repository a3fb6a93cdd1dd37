import { shallowRef } from 'vue'
import type { Criteria, Extract, NewExtract, SearchResult, SortKey } from '@/api/types'

/** What becomes of a result that is too large to show. */
export function useLargeResult(id: string) {
  /** What the whole result became. */
  const extract = shallowRef<Extract | null>(null)
  /** One that nobody asked to extract, as it would be asked for. */
  const extractable = shallowRef<NewExtract>()

  function take(answer: SearchResult, criteria: Criteria, sort: SortKey[], isExtracted: boolean) {
    extract.value = answer.heavy ? (answer.extract ?? null) : null
    extractable.value = answer.heavy && !isExtracted ? { interface: id, criteria, sort } : undefined
  }

  return { extract, extractable, take }
}
