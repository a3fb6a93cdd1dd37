/** One extract, watched while it changes, and what its user can do with it. */
import { computed } from 'vue'
import { cancelExtract, createExtract, deliverExtract, getExtract } from '@/api/extracts'
import type { Extract } from '@/api/types'
import { isChanging, isWriting } from '@/extracts/states'
import { injectExtracts } from './useExtracts'
import { usePolling } from '@/composables/requests/usePolling'
import { useRequest } from '@/composables/requests/useRequest'

const PAUSE_MS = 1000
/** A mail that the server can't take yet is tried again after minutes: that is not worth a second's look. */
const DELIVERING_PAUSE_MS = 5000

export function useExtract(given: () => Extract, isWatched: () => boolean = () => true) {
  const { latest, put } = injectExtracts()
  const extract = computed(() => latest(given()))
  const asking = useRequest(getExtract)
  const cancelling = useRequest(cancelExtract)
  const creating = useRequest(createExtract)
  const delivering = useRequest(deliverExtract)
  const requests = [cancelling, creating, delivering]
  const problem = computed(
    () => requests.map(({ error }) => error.value).find((error) => error !== null) ?? null,
  )

  const pause = computed(() => {
    if (!isWatched() || !isChanging(extract.value)) return null
    if (asking.error.value?.kind === 'not-found') return null
    return isWriting(extract.value) ? PAUSE_MS : DELIVERING_PAUSE_MS
  })
  usePolling(refresh, () => pause.value)

  async function refresh(): Promise<Extract | null> {
    return kept(await asking.run(extract.value.id))
  }

  function kept(answer: Extract | null): Extract | null {
    if (answer) put(answer)
    return answer
  }

  async function cancel(): Promise<void> {
    reset()
    await cancelling.run(extract.value.id)
    // It had ended already: what it came to is the answer.
    if (cancelling.error.value?.kind === 'conflict') cancelling.reset()
    await refresh()
  }

  /** Extract the same again: another extract, unless this one is under way still. */
  async function runAgain(): Promise<Extract | null> {
    reset()
    const { interface: id, request } = extract.value
    return kept(await creating.run({ interface: id, ...request }))
  }

  async function deliver(): Promise<void> {
    reset()
    kept(await delivering.run(extract.value.id))
    if (delivering.error.value?.kind !== 'conflict') return
    delivering.reset()
    await refresh()
  }

  function reset() {
    for (const request of requests) request.reset()
  }

  return {
    extract,
    problem,
    isCancelling: cancelling.isLoading,
    isCreating: creating.isLoading,
    isDelivering: delivering.isLoading,
    cancel,
    runAgain,
    deliver,
  }
}

export type WatchedExtract = ReturnType<typeof useExtract>
