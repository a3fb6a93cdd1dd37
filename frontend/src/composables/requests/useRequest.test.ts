import { describe, expect, it } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { runComposable } from '@/testing/render'
import { useRequest, useSubmission } from './useRequest'

/** A request that is answered by hand. */
function createAsk() {
  const asked: {
    name: string
    signal: AbortSignal
    answer: (text: string) => void
    fail: (error: unknown) => void
  }[] = []
  const send = (signal: AbortSignal, name: string) =>
    new Promise<string>((answer, fail) => asked.push({ name, signal, answer, fail }))
  return { asked, send }
}

describe('useRequest', () => {
  it('drops the answer of a run that was overtaken, and aborts it', async () => {
    const { asked, send } = createAsk()
    const { result: request } = await runComposable(() => useRequest(send))
    const first = request.run('first')
    const second = request.run('second')
    expect(asked[0]?.signal.aborted).toBe(true)
    asked[1]?.answer('of the second')
    expect(await second).toBe('of the second')
    asked[0]?.answer('of the first')
    expect(await first).toBeNull()
    expect(request.data.value).toBe('of the second')
    expect(request.isLoading.value).toBe(false)
  })

  it('keeps the last answer while the next one is on its way, and tells its failure', async () => {
    const { asked, send } = createAsk()
    const { result: request } = await runComposable(() => useRequest(send))
    const run = request.run('a')
    asked[0]?.answer('kept')
    await run
    const next = request.run('b')
    expect(request.data.value).toBe('kept')
    asked[1]?.fail(new ApiProblem('unavailable', 503))
    expect(await next).toBeNull()
    expect(request.error.value?.kind).toBe('unavailable')
  })

  it('is silent about a run that was cancelled', async () => {
    const { asked, send } = createAsk()
    const { result: request } = await runComposable(() => useRequest(send))
    const run = request.run('a')
    request.cancel()
    asked[0]?.fail(new ApiProblem('cancelled'))
    await run
    expect(request.error.value).toBeNull()
    expect(request.isLoading.value).toBe(false)
  })

  it('aborts what runs when its component goes', async () => {
    const { asked, send } = createAsk()
    const { result: request, unmount } = await runComposable(() => useRequest(send))
    void request.run('a')
    unmount()
    expect(asked[0]?.signal.aborted).toBe(true)
  })
})

describe('useSubmission', () => {
  it('sends nothing while one is on its way, and is ready once that is answered', async () => {
    const { asked, send } = createAsk()
    const { result: submission } = await runComposable(() => useSubmission(send))
    const first = submission.run('first')
    expect(await submission.run('again')).toBeNull()
    expect(asked.map(({ name }) => name)).toEqual(['first'])
    expect(asked[0]?.signal.aborted).toBe(false)
    asked[0]?.answer('done')
    expect(await first).toBe('done')
    void submission.run('next')
    expect(asked.map(({ name }) => name)).toEqual(['first', 'next'])
  })
})
