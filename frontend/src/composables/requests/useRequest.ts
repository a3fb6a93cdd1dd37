/**
 * One kind of request and its latest answer.
 *
 * A new run overtakes the one before it: that one is aborted (the server then cancels its query) and
 * its answer, should it still come, is dropped. Leaving the component aborts as well.
 */
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { toProblem, type ApiProblem } from '@/api/problem'

export interface Request<Arguments extends unknown[], Answer> {
  data: ShallowRef<Answer | null>
  error: ShallowRef<ApiProblem | null>
  isLoading: Ref<boolean>
  /** The answer, or null when the request failed or was overtaken. */
  run: (...args: Arguments) => Promise<Answer | null>
  cancel: () => void
  /** Cancel, and forget the answer and the error. */
  reset: () => void
}

export function useRequest<Arguments extends unknown[], Answer>(
  send: (signal: AbortSignal, ...args: Arguments) => Promise<Answer>,
): Request<Arguments, Answer> {
  const data = shallowRef<Answer | null>(null)
  const error = shallowRef<ApiProblem | null>(null)
  const isLoading = ref(false)
  let current: AbortController | null = null

  async function run(...args: Arguments): Promise<Answer | null> {
    current?.abort()
    const mine = new AbortController()
    current = mine
    isLoading.value = true
    error.value = null
    try {
      const answer = await send(mine.signal, ...args)
      if (current !== mine) return null
      data.value = answer
      return answer
    } catch (thrown) {
      const problem = await toProblem(thrown)
      if (current === mine && !problem.isCancelled) error.value = problem
      return null
    } finally {
      if (current === mine) {
        current = null
        isLoading.value = false
      }
    }
  }

  function cancel() {
    current?.abort()
    current = null
    isLoading.value = false
  }

  function reset() {
    cancel()
    data.value = null
    error.value = null
  }

  onScopeDispose(cancel)
  return { data, error, isLoading, run, cancel, reset }
}

/**
 * A request that changes something on the server.
 *
 * While one is on its way, another is not sent: a key that is held, or pressed twice, does not do it twice.
 */
export function useSubmission<Arguments extends unknown[], Answer>(
  send: (signal: AbortSignal, ...args: Arguments) => Promise<Answer>,
): Request<Arguments, Answer> {
  const request = useRequest(send)
  const run = (...args: Arguments) =>
    request.isLoading.value ? Promise.resolve(null) : request.run(...args)
  return { ...request, run }
}
