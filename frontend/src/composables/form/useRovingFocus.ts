/** One stop of the Tab key for a whole group of buttons; arrow keys go from one to the next. */
import { computed, ref } from 'vue'

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }

/** `isButton` says of each item of the group whether it is a button: what isn't has no stop. */
export function useRovingFocus(isButton: () => readonly boolean[]) {
  /** The place of the stop among the buttons. */
  const wanted = ref(0)
  const buttons = computed(() => [...isButton().keys()].filter((item) => isButton()[item]))
  const at = computed(() => Math.min(wanted.value, buttons.value.length - 1))

  function onKeydown(event: KeyboardEvent) {
    const group = event.currentTarget as HTMLElement
    const to = placeAfter(event.key, at.value, buttons.value.length)
    if (to === null) return
    event.preventDefault()
    wanted.value = to
    group.querySelectorAll<HTMLElement>('button')[to]?.focus()
  }

  function tabindexOf(item: number): number | undefined {
    if (!isButton()[item]) return undefined
    return buttons.value[at.value] === item ? 0 : -1
  }

  return { tabindexOf, onKeydown }
}

function placeAfter(key: string, at: number, count: number): number | null {
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const step = STEPS[key]
  return step === undefined ? null : Math.max(0, Math.min(at + step, count - 1))
}
