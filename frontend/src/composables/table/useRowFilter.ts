/** The rows of a light result that hold what the user types, among those that the page has. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Row } from '@/api/types'
import type { DisplayFormat } from '@/cells/content'
import type { ArrangedColumn } from '@/table/arrangement'
import { placesWith, rowTexts, wordsOf } from '@/table/rowTexts'
import { useDebounced } from '@/composables/requests/useDebounced'

const TYPING_PAUSE_MS = 120

export function useRowFilter(
  rows: () => readonly Row[],
  columns: () => readonly ArrangedColumn[],
  display: () => DisplayFormat,
) {
  const typed = ref('')
  const found = shallowRef<readonly Row[] | null>(null)
  const isActive = computed(() => found.value !== null)
  /** What the rows found were filtered by: typing goes on meanwhile. */
  const words = shallowRef<readonly string[]>([])
  let texts: string[] | null = null
  let reading = new AbortController()

  async function filter() {
    if (typed.value.trim() === '') {
      found.value = null
      words.value = []
      return
    }
    const { signal } = reading
    const all = rows()
    texts ??= await rowTexts(all, columns(), display(), signal)
    if (signal.aborted || texts === null) return
    // Of what was typed while the rows were read, the latest counts.
    if (typed.value.trim() === '') return
    const places = new Set(placesWith(texts, typed.value))
    found.value = all.filter((_, at) => places.has(at))
    words.value = wordsOf(typed.value)
  }

  function forget() {
    reading.abort()
    reading = new AbortController()
    texts = null
  }

  const pause = useDebounced(() => void filter(), TYPING_PAUSE_MS)
  watch(typed, (text) => (text === '' ? void filter() : pause.call()))
  watch(rows, () => {
    forget()
    // Rows that are gone are not to be shown while the new ones are read.
    found.value = null
    if (typed.value) void filter()
  })
  watch([columns, display], () => {
    forget()
    if (typed.value) void filter()
  })
  onScopeDispose(() => reading.abort())

  return { typed, words, isActive, rows: computed(() => found.value ?? rows()) }
}

export type RowFilter = ReturnType<typeof useRowFilter>
