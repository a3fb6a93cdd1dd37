/** How fast an extract goes, and how long it will take, from what it told of itself lately. */
import type { Extract } from '@/api/types'

export interface Sample {
  /** Milliseconds, on any clock that doesn't go back. */
  at: number
  rows: number
  bytes: number
}

export interface Pace {
  bytesPerSecond: number | null
  secondsLeft: number | null
}

/** Long enough to be calm, short enough to follow a database that slows down. */
const WINDOW_MS = 10_000

/** The samples of the last seconds, with the newest; none of before it was begun again. */
export function withSample(samples: readonly Sample[], newest: Sample): Sample[] {
  const last = samples.at(-1)
  if (last && newest.rows < last.rows) return [newest]
  return [...samples.filter(({ at }) => newest.at - at <= WINDOW_MS), newest]
}

export function paceOf(samples: readonly Sample[], estimatedRows: number | null): Pace {
  const first = samples[0]
  const last = samples.at(-1)
  const seconds = first && last ? (last.at - first.at) / 1000 : 0
  if (!first || !last || seconds <= 0 || last.rows <= first.rows)
    return { bytesPerSecond: null, secondsLeft: null }
  const rowsLeft = (estimatedRows ?? 0) - last.rows
  const rowsPerSecond = (last.rows - first.rows) / seconds
  return {
    bytesPerSecond: (last.bytes - first.bytes) / seconds,
    // More rows than the planner believed: how many are still to come, nobody knows.
    secondsLeft: rowsLeft > 0 ? rowsLeft / rowsPerSecond : null,
  }
}

/** Seconds from begin to end, of one that ended. */
export function secondsTaken({ started_at: from, finished_at: to }: Extract): number | null {
  if (from === null || to === null) return null
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000)
}
