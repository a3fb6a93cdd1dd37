import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import { runComposable } from '@/testing/render'
import { usePolling } from './usePolling'

function setVisibility(state: DocumentVisibilityState) {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  document.dispatchEvent(new Event('visibilitychange'))
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('usePolling', () => {
  it('asks again until there is nothing to wait for', async () => {
    const pause = ref<number | null>(1000)
    const ask = vi.fn(() => Promise.resolve('answer'))
    await runComposable(() => usePolling(ask, () => pause.value))
    await vi.advanceTimersByTimeAsync(3500)
    expect(ask).toHaveBeenCalledTimes(3)
    pause.value = null
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ask).toHaveBeenCalledTimes(3)
  })

  it('never asks before the last answer is there', async () => {
    const ask = vi.fn(() => new Promise(() => undefined))
    await runComposable(() => usePolling(ask, () => 1000))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ask).toHaveBeenCalledTimes(1)
  })

  it('asks rarely while the tab is hidden, and soon when it is shown again', async () => {
    const ask = vi.fn(() => Promise.resolve('answer'))
    await runComposable(() => usePolling(ask, () => 1000))
    setVisibility('hidden')
    await vi.advanceTimersByTimeAsync(4900)
    expect(ask).toHaveBeenCalledTimes(0)
    await vi.advanceTimersByTimeAsync(200)
    expect(ask).toHaveBeenCalledTimes(1)
    setVisibility('visible')
    await vi.advanceTimersByTimeAsync(1000)
    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('asks ever more rarely while it fails', async () => {
    const ask = vi.fn(() => Promise.resolve(null))
    await runComposable(() => usePolling(ask, () => 1000))
    await vi.advanceTimersByTimeAsync(1000 + 2000 + 4000)
    expect(ask).toHaveBeenCalledTimes(3)
    await vi.advanceTimersByTimeAsync(7900)
    expect(ask).toHaveBeenCalledTimes(3)
  })

  it('stops with its component', async () => {
    const ask = vi.fn(() => Promise.resolve('answer'))
    const { unmount } = await runComposable(() => usePolling(ask, () => 1000))
    unmount()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(ask).not.toHaveBeenCalled()
  })
})
