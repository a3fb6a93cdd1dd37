import { onScopeDispose } from 'vue'

/** A function that runs once its calls have paused; `cancel` forgets the call that waits. */
export function useDebounced<Arguments extends unknown[]>(
  run: (...args: Arguments) => void,
  delayMs: number,
) {
  let timer: ReturnType<typeof setTimeout> | undefined

  function cancel() {
    clearTimeout(timer)
  }

  function call(...args: Arguments) {
    cancel()
    timer = setTimeout(() => run(...args), delayMs)
  }

  onScopeDispose(cancel)
  return { call, cancel }
}
