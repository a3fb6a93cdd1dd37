/** What a select's open list shows for what was typed, and which of its options is meant. */
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import type { Option, OptionValue } from '@/api/types'
import { fold } from '@/criteria/highlight'
import type { OptionListState } from './useOptionList'

export function useOptionMenu(
  list: OptionListState,
  values: Ref<OptionValue[]>,
  isMultiple: boolean,
  isOpen: Ref<boolean>,
  query: Ref<string>,
) {
  /** Where the arrows led; before them, what was typed for comes first. */
  const moved = ref<number | null>(null)
  /** What was chosen when the list was opened comes first, and stays where it is while the list is open. */
  const leading = shallowRef<readonly Option[]>([])

  const wanted = computed(() => fold(query.value.trim()))
  const chosen = computed(() => new Set(values.value))
  const isChosen = ({ value }: Option) => chosen.value.has(value)

  const ordered = computed(() => {
    if (wanted.value !== '' || leading.value.length === 0) return list.options
    const first = new Set(leading.value.map(({ value }) => value))
    return [...leading.value, ...list.options.filter(({ value }) => !first.has(value))]
  })
  const folded = computed(() => list.options.map(({ label }) => fold(label)))
  /** The options as the list shows them; the server has looked already when it knows more. */
  const shown = computed(() =>
    wanted.value === '' || list.isPartial
      ? ordered.value
      : list.options.filter((_, at) => folded.value[at]?.includes(wanted.value)),
  )
  /** What the typed text found and is not chosen yet. */
  const matching = computed(() => {
    if (!isMultiple || wanted.value === '' || list.isLoading) return []
    return list.options.filter(
      (option, at) => folded.value[at]?.includes(wanted.value) && !isChosen(option),
    )
  })
  const highlighted = computed(() =>
    Math.min(moved.value ?? (wanted.value ? 0 : -1), shown.value.length - 1),
  )

  watch([query, () => list.options], () => (moved.value = null))
  watch([isOpen, () => wanted.value === ''], () => {
    moved.value = null
    leading.value = isOpen.value && isMultiple ? [...list.selected] : []
  })

  function move(by: number) {
    const last = shown.value.length - 1
    const at = highlighted.value
    const isEdge = by > 0 ? at === last : at === 0
    const first = by > 0 ? 0 : last
    const present = shown.value.findIndex(isChosen)
    if (at === -1) moved.value = present === -1 ? first : present
    else if (isEdge) moved.value = first
    else moved.value = Math.max(0, Math.min(at + by, last))
  }

  return {
    shown,
    matching,
    highlighted,
    isChosen,
    move,
    /** Whether the arrows led to the option that is meant. */
    isMoved: computed(() => moved.value !== null),
    leadingCount: computed(() => (wanted.value === '' ? leading.value.length : 0)),
  }
}
