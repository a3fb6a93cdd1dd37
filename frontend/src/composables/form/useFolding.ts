/**
 * Whether the form stands folded into one line above the rows that it found.
 *
 * It folds when a search has found rows, and only then: without rows, or with an error, it is what the user needs.
 */
import { computed, nextTick, ref, watch } from 'vue'
import type { SearchPage } from '@/composables/search/useSearchPage'
import { useUserChoice } from '@/composables/app/useUserChoice'

export function useFolding({ results }: SearchPage) {
  const isFoldedWhenFound = ref(true)
  /** The criterion whose field is open, although the form is folded. */
  const opened = ref<string | null>(null)
  const isAlwaysUnfolded = useUserChoice('unfolded')

  const isFoldable = computed(
    () => (results.rows.data.value?.rows.length ?? 0) > 0 && !results.request.error.value,
  )
  const isFolded = computed(() => isFoldable.value && isFoldedWhenFound.value)

  function fold(isWanted: boolean) {
    isFoldedWhenFound.value = isWanted
    opened.value = null
  }

  /** Have all fields in sight, drawn, so that one of them can take the focus. */
  async function unfold() {
    fold(false)
    await nextTick()
  }

  watch(results.asked, () => fold(!isAlwaysUnfolded.value))
  watch(isAlwaysUnfolded, (isWanted) => isWanted && fold(false))

  return { isFoldable, isFolded, isAlwaysUnfolded, opened, fold, unfold }
}

export type Folding = ReturnType<typeof useFolding>
