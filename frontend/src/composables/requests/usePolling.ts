/**
 * Ask again and again, politely: never before the last answer is there, rarely while nobody looks,
 * ever more rarely while it fails, and not at all when there is nothing to wait for.
 */
import { computed, onScopeDispose, ref, watch } from 'vue'

const HIDDEN_MS = 5000
const MOST_MS = 30_000

/**
 * @param ask answers null when it failed
 * @param pause milliseconds until it is asked again; null for never
 */
export function usePolling(ask: () => Promise<unknown>, pause: () => number | null): void {
  const isHidden = ref(document.visibilityState === 'hidden')
  const failures = ref(0)
  let timer: ReturnType<typeof setTimeout> | undefined
  let isAsking = false
  let isOver = false

  const wait = computed(() => {
    const asked = pause()
    if (asked === null) return null
    const shown = isHidden.value ? Math.max(asked, HIDDEN_MS) : asked
    return failures.value === 0 ? shown : Math.min(shown * 2 ** failures.value, MOST_MS)
  })

  function schedule() {
    clearTimeout(timer)
    if (isOver || isAsking || wait.value === null) return
    timer = setTimeout(() => void tick(), wait.value)
  }

  async function tick() {
    isAsking = true
    const answer = await ask()
    failures.value = answer === null ? failures.value + 1 : 0
    isAsking = false
    schedule()
  }

  const onVisibility = () => (isHidden.value = document.visibilityState === 'hidden')
  document.addEventListener('visibilitychange', onVisibility)
  onScopeDispose(() => {
    isOver = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', onVisibility)
  })
  watch(wait, schedule, { immediate: true })
}
