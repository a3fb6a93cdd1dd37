import { describe, expect, it } from 'vitest'
import { column } from '@/testing/build'
import { arrange, asDefined, boundedWidth, moveName, readArrangement } from './arrangement'

const COLUMNS = [
  column({ name: 'id' }),
  column({ name: 'name' }),
  column({ name: 'inner', hidden: true }),
  column({ name: 'country' }),
]

function namesOf(arrangement: Partial<ReturnType<typeof asDefined>>) {
  return arrange(COLUMNS, { ...asDefined(), ...arrangement }).map(
    ({ column: { name }, isShown }) => (isShown ? name : `(${name})`),
  )
}

describe('columns', () => {
  it('stand as the definition has them', () => {
    expect(namesOf({})).toEqual(['id', 'name', '(inner)', 'country'])
  })

  it('are shown and left out as the user wants', () => {
    expect(namesOf({ shown: { inner: true, id: false } })).toEqual([
      '(id)',
      'name',
      'inner',
      'country',
    ])
  })

  it('follow the user’s order, and still say where their cells are', () => {
    const arranged = arrange(COLUMNS, { ...asDefined(), order: ['country', 'id', 'name', 'inner'] })
    expect(arranged.map(({ index }) => index)).toEqual([3, 0, 1, 2])
  })

  it('that are new stand beside their neighbour, and those that are gone are forgotten', () => {
    expect(namesOf({ order: ['country', 'gone', 'name'] })).toEqual([
      'id',
      'country',
      'name',
      '(inner)',
    ])
  })
})

describe('moveName', () => {
  it.each([
    ['c', 0, 'cab'],
    ['a', 2, 'bca'],
    ['a', 9, 'bca'],
    ['b', -1, 'bac'],
  ])('puts %s at %d', (name, to, expected) => {
    expect(moveName(['a', 'b', 'c'], name, to).join('')).toBe(expected)
  })
})

describe('a width', () => {
  it.each([
    [10, 48],
    [100.4, 100],
    [5000, 1200],
  ])('of %d becomes %d', (width, expected) => {
    expect(boundedWidth(width)).toBe(expected)
  })
})

describe('what is stored', () => {
  it('is read again', () => {
    const kept = { order: ['b', 'a'], shown: { a: false }, widths: { b: 120 } }
    const arrangement = { ...kept, isFrozen: true }
    expect(readArrangement(JSON.stringify(arrangement))).toEqual(arrangement)
  })

  it.each([null, '', 'x', 'null', '[]', '{"order": 5}'])('is no arrangement: %s', (text) => {
    expect(readArrangement(text)).toBeNull()
  })

  it('loses what has no sense', () => {
    expect(readArrangement('{"order": ["a", 5], "shown": {"a": 1}, "widths": {"a": "x"}}')).toEqual(
      {
        order: ['a'],
        shown: {},
        widths: {},
        isFrozen: false,
      },
    )
  })
})
