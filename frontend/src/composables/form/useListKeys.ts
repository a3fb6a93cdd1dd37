/**
 * The keys of a select, in the order in which they were pressed.
 *
 * Who types fast is ahead of the options: keys that need them wait for them, and mean what they would have
 * meant with the list there.
 */
import { nextTick, onScopeDispose, watch, type Ref } from 'vue'
import type { HeldKey, OptionListState } from './useOptionList'

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }
const OPENERS = new Set(['ArrowDown', 'ArrowUp'])

export interface ListActions {
  move: (by: number) => void
  type: (text: string) => void
  choose: () => void
  /** Choose what was typed for, on leaving the field. */
  accept: () => void
  chooseAll: () => void
  close: () => void
  submit: () => void
  clear: () => void
}

/** What leaves the list closed behind it; of one value to choose, its choice too. */
const CLOSING = ['close', 'submit', 'accept']

export function useListKeys(
  list: OptionListState,
  isOpen: Ref<boolean>,
  isMultiple: boolean,
  actions: ListActions,
) {
  const closing = new Set(isMultiple ? CLOSING : [...CLOSING, 'choose'])

  function onKey(event: KeyboardEvent) {
    if (event.isComposing || !(event.target instanceof HTMLInputElement)) return
    const key = meaning(event)
    if (!key) return
    if (key.act !== 'accept') {
      event.preventDefault()
      event.stopPropagation()
    }
    if (key.act === 'clear' || (key.act === 'close' && !isChoosing())) forget()
    const opens = key.act === 'move' && !isOpen.value
    if (opens) isOpen.value = true
    if (opens || list.heldKeys.length > 0 || isAwaited(key)) list.heldKeys.push(key)
    else perform(key)
    // An opened list shows all of its options; before, those that were last typed for.
    if (opens) void nextTick(performHeld)
  }

  function meaning(event: KeyboardEvent): HeldKey | null {
    const { key } = event
    const isCommand = event.ctrlKey || event.metaKey
    const by = STEPS[key]
    if (by !== undefined) {
      const isMove = !event.altKey && !isCommand && (isOpening() || OPENERS.has(key))
      return isMove ? { act: 'move', by } : null
    }
    if (key === 'Enter' && isOpening()) return { act: isCommand ? 'chooseAll' : 'choose' }
    if (key === 'Enter') return { act: 'submit' }
    if (key === 'Escape') return { act: isOpening() ? 'close' : 'clear' }
    if (key === 'Tab') return isOpening() && !event.shiftKey ? { act: 'accept' } : null
    // What is typed behind a choice that waits belongs to the next one.
    if (key.length === 1 && !isCommand && !event.altKey && isChoosing())
      return { act: 'type', text: key }
    return null
  }

  /** Whether the list is open once the keys that wait have been performed. */
  function isOpening(): boolean {
    const last = list.heldKeys.at(-1)
    return last ? !closing.has(last.act) : isOpen.value
  }

  function isChoosing(): boolean {
    return list.heldKeys.some(({ act }) => act !== 'move')
  }

  function isAwaited({ act }: HeldKey): boolean {
    return list.isLoading && !['close', 'clear', 'submit', 'type'].includes(act)
  }

  function perform(key: HeldKey) {
    if (key.act === 'move') actions.move(key.by)
    else if (key.act === 'type') actions.type(key.text)
    else actions[key.act]()
  }

  async function performHeld() {
    // Without its options, a list has nothing that was meant.
    if (list.error) forget()
    while (!list.isLoading) {
      const key = list.heldKeys.shift()
      if (!key) return
      perform(key)
      await nextTick()
    }
  }

  function forget() {
    list.heldKeys = []
  }

  watch(
    () => list.isLoading,
    () => void performHeld(),
    { flush: 'post' },
  )
  onScopeDispose(forget)
  return { onKey, forget }
}
