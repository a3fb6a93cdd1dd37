import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'

const TICK_MS = 100

/** Seconds since something began to run, ticking while it does. */
export function useElapsed(isRunning: Ref<boolean>) {
  const milliseconds = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  function stop() {
    clearInterval(timer)
  }

  watch(
    isRunning,
    (runs) => {
      stop()
      if (!runs) return
      const start = performance.now()
      milliseconds.value = 0
      timer = setInterval(() => (milliseconds.value = performance.now() - start), TICK_MS)
    },
    { immediate: true },
  )
  onScopeDispose(stop)
  return computed(() => milliseconds.value / 1000)
}
