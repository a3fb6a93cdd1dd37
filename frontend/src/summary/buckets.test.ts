import { describe, expect, it } from 'vitest'
import { merged } from './buckets'

const four = [1, 2, 3, 4].map((at) => ({ from: at * 10, to: at * 10 + 9, count: at }))

describe('buckets', () => {
  it('stay as they are where they are few', () => {
    expect(merged(four, 4)).toEqual(four)
    expect(merged([])).toEqual([])
  })

  it('are put together with their neighbours, the last ones too', () => {
    expect(merged(four, 3)).toEqual([
      { from: 10, to: 29, count: 3 },
      { from: 30, to: 49, count: 7 },
    ])
    expect(merged(four.slice(0, 3), 2)).toEqual([
      { from: 10, to: 29, count: 3 },
      { from: 30, to: 39, count: 3 },
    ])
  })
})
