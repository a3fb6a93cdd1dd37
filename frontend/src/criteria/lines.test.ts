import { describe, expect, it } from 'vitest'
import { parseLines } from './lines'

describe('parseLines', () => {
  it.each([
    ['', [], 0, 0],
    ['a', ['a'], 0, 0],
    ['a\nb\n', ['a', 'b'], 0, 0],
    ['a\r\nb\rc', ['a', 'b', 'c'], 0, 0],
    [' a \n\n\nb\na', ['a', 'b'], 1, 2],
    ['a,b', ['a,b'], 0, 0],
  ])('reads %j', (text, values, duplicates, blanks) => {
    expect(parseLines(text)).toEqual({ values, duplicates, blanks })
  })

  it('reads what is copied from a mail program', () => {
    const text = 'Anna <a@b.de>; c@d.de\n"E, F" <e@f.de>, a@b.de\n'
    expect(parseLines(text, true)).toEqual({
      values: ['a@b.de', 'c@d.de', 'e@f.de'],
      duplicates: 1,
      blanks: 0,
    })
  })

  it('reads a hundred thousand lines at once', () => {
    const text = Array.from({ length: 100_000 }, (_, at) => `value ${at}`).join('\n')
    expect(parseLines(text).values).toHaveLength(100_000)
  })
})
