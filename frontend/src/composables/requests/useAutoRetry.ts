/**
 * Asks again by itself while the portal restarts or the network is away: politely, at growing pauses,
 * at once when the network is back, and not while nobody looks.
 */
import { onScopeDispose, ref, watch, type Ref } from 'vue'
import type { ApiProblem, ProblemKind } from '@/api/problem'
import { useCountdown } from './useCountdown'

const PAUSES_SECONDS = [3, 5, 10, 20, 30]
const PASSING: ReadonlySet<ProblemKind> = new Set(['offline', 'unreachable', 'unavailable'])

export function useAutoRetry(error: Ref<ApiProblem | null>, retry: () => Promise<unknown>) {
  const pause = ref(0)
  const left = useCountdown(pause)
  let attempts = 0

  async function run() {
    pause.value = 0
    await retry()
    if (!error.value) attempts = 0
  }

  watch(
    error,
    (problem) => {
      pause.value = 0
      if (!problem || !PASSING.has(problem.kind)) return
      const own = PAUSES_SECONDS[Math.min(attempts++, PAUSES_SECONDS.length - 1)] ?? 0
      pause.value = Math.max(own, problem.retryAfterSeconds ?? 0)
    },
    { immediate: true, flush: 'sync' },
  )
  watch(left, (seconds) => {
    if (seconds <= 0 && pause.value > 0 && document.visibilityState === 'visible') void run()
  })

  const onReturn = () => {
    const isWaiting = error.value !== null && PASSING.has(error.value.kind)
    if (isWaiting && document.visibilityState === 'visible' && navigator.onLine) void run()
  }
  window.addEventListener('online', onReturn)
  document.addEventListener('visibilitychange', onReturn)
  onScopeDispose(() => {
    window.removeEventListener('online', onReturn)
    document.removeEventListener('visibilitychange', onReturn)
  })
  return left
}
