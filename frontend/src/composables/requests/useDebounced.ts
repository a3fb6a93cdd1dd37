import { onScopeDispose, ref } from 'vue'

/** A function that runs once its calls have paused; `cancel` forgets the call that waits. */
export function useDebounced<Arguments extends unknown[]>(
  run: (...args: Arguments) => void,
  delayMs: number,
) {
  let timer: ReturnType<typeof setTimeout> | undefined

  const isWaiting = ref(false)

  function cancel() {
    clearTimeout(timer)
    isWaiting.value = false
  }

  function call(...args: Arguments) {
    cancel()
    isWaiting.value = true
    timer = setTimeout(() => {
      run(...args)
      isWaiting.value = false
    }, delayMs)
  }

  onScopeDispose(cancel)
  return { call, cancel, isWaiting }
}
