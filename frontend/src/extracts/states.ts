/** What can be told of an extract from its state alone. */
import type { Extract, ExtractState } from '@/api/types'

const UNDER_WAY: ReadonlySet<ExtractState> = new Set([
  'queued',
  'running',
  'cancelling',
  'delivering',
])

export function isUnderWay({ state }: Extract): boolean {
  return UNDER_WAY.has(state)
}

/** Whether its rows are still to come. */
export function isWriting(extract: Extract): boolean {
  return isUnderWay(extract) && extract.state !== 'delivering'
}

/** Whether it will change by itself: a mail that is sent again changes an extract that is done. */
export function isChanging(extract: Extract): boolean {
  const { delivery } = extract
  return isUnderWay(extract) || delivery === 'pending' || delivery === 'sending'
}

/** Until its rows are written, and after that until its mail goes. */
export function isCancellable({ state, delivery }: Extract): boolean {
  if (state === 'delivering') return delivery === 'pending'
  return state === 'queued' || state === 'running'
}

/** Whether its rows are all written, whatever became of the mail. */
export function isWritten({ state }: Extract): boolean {
  return state === 'done' || state === 'delivering'
}

/** Whether the mail can be sent once more: it did not arrive, or nobody knows. */
export function isDeliverable({ delivery }: Extract): boolean {
  return delivery === 'failed' || delivery === 'unknown'
}
