import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** Whole seconds left of a wait, counting down to 0. */
export function useCountdown(seconds: Ref<number>) {
  const left = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  watch(
    seconds,
    (from) => {
      clearInterval(timer)
      left.value = Math.ceil(from)
      if (from <= 0) return
      timer = setInterval(() => {
        left.value -= 1
        if (left.value <= 0) clearInterval(timer)
      }, 1000)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearInterval(timer))
  return left
}
