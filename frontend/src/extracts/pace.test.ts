import { describe, expect, it } from 'vitest'
import { extract } from '@/testing/build'
import { paceOf, secondsTaken, withSample, type Sample } from './pace'

const START: Sample = { at: 1000, rows: 0, bytes: 0 }

describe('the pace of an extract', () => {
  it.each<[string, Sample[], number | null, number | null, number | null]>([
    ['is unknown from one look', [START], 100, null, null],
    ['is what came since', [START, { at: 3000, rows: 50, bytes: 8000 }], 100, 4000, 2],
    ['tells no end where none is known', [START, { at: 2000, rows: 50, bytes: 8 }], null, 8, null],
    ['tells no end beyond the estimate', [START, { at: 2000, rows: 150, bytes: 8 }], 100, 8, null],
    ['is unknown while nothing comes', [START, { ...START, at: 4000 }], 100, null, null],
  ])('%s', (_, samples, estimated, bytesPerSecond, secondsLeft) => {
    expect(paceOf(samples, estimated)).toEqual({ bytesPerSecond, secondsLeft })
  })

  it('forgets what is long ago, and all of it when the extract was begun again', () => {
    const later = { at: 12_000, rows: 90, bytes: 90 }
    expect(withSample([START, { at: 5000, rows: 5, bytes: 5 }], later)).toEqual([
      { at: 5000, rows: 5, bytes: 5 },
      later,
    ])
    const again = { at: 13_000, rows: 1, bytes: 1 }
    expect(withSample([later], again)).toEqual([again])
  })

  it('is told over all of one that ended', () => {
    const ended = extract({
      started_at: '2026-11-21T09:00:00Z',
      finished_at: '2026-11-21T09:00:12.5Z',
    })
    expect(secondsTaken(ended)).toBe(12.5)
    expect(secondsTaken(extract())).toBeNull()
  })
})
