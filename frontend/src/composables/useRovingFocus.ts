/** One stop of the Tab key for a whole group of buttons; arrow keys go from one to the next. */
import { ref } from 'vue'

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }

export function useRovingFocus() {
  const at = ref(0)

  function onKeydown(event: KeyboardEvent) {
    const group = event.currentTarget as HTMLElement
    const buttons = [...group.querySelectorAll<HTMLElement>('button')]
    const to = placeAfter(event.key, at.value, buttons.length)
    if (to === null) return
    event.preventDefault()
    at.value = to
    buttons[to]?.focus()
  }

  return { at, onKeydown }
}

function placeAfter(key: string, at: number, count: number): number | null {
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const step = STEPS[key]
  return step === undefined ? null : Math.max(0, Math.min(at + step, count - 1))
}
