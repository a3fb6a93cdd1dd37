import { describe, expect, it } from 'vitest'
import { prettyJson } from './prettyJson'

describe('prettyJson', () => {
  it.each([
    ['{}', '{}'],
    ['[]', '[]'],
    ['{"a": 1}', '{\n  "a": 1\n}'],
    ['[1,{"b":[]},"x, {y}"]', '[\n  1,\n  {\n    "b": []\n  },\n  "x, {y}"\n]'],
    ['{"a \\" quote": null}', '{\n  "a \\" quote": null\n}'],
  ])('lays out %s', (text, pretty) => {
    expect(prettyJson(text)).toBe(pretty)
  })

  it('rounds no number', () => {
    expect(prettyJson('[12345678901234567890.10]')).toBe('[\n  12345678901234567890.10\n]')
  })

  it.each(['plain text', '5', '"text"', '', '{"a": ['])('leaves %s alone', (text) => {
    expect(prettyJson(text)).toBeNull()
  })
})
