import { describe, expect, it } from 'vitest'
import { parseArray } from './arrayLiteral'

describe('parseArray', () => {
  it.each([
    ['{}', []],
    ['{1,2}', ['1', '2']],
    ['{a,NULL,"NULL",""}', ['a', null, 'NULL', '']],
    ['{"a \\"quoted\\" \\\\ one","b,c"}', ['a "quoted" \\ one', 'b,c']],
    ['[0:1]={x,y}', ['x', 'y']],
    ['{"line\nbreak"}', ['line\nbreak']],
    ['{{1},{2}}', null],
    ['not an array', null],
    ['{"open', null],
  ])('reads %j', (literal, elements) => {
    expect(parseArray(literal)).toEqual(elements)
  })
})
