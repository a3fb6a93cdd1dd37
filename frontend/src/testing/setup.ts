/** Runs before every test file: the network is a stand-in, and nothing is left from test to test. */
import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/vue'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'
import { server } from './server'

// happy-dom lays nothing out: what observes a layout has nothing to observe.
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe = () => undefined
    unobserve = () => undefined
    disconnect = () => undefined
  },
)
vi.stubGlobal('visualViewport', new EventTarget())
HTMLElement.prototype.showPopover = () => undefined

// What is looked for comes at once; on a busy machine a component's code may take its time.
configure({ asyncUtilTimeout: 4000 })

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  cleanup()
  server.resetHandlers()
  localStorage.clear()
})
// What a component fetches lazily may still be on its way when the last test of a file has ended.
afterAll(async () => {
  await vi.dynamicImportSettled()
  server.close()
})
