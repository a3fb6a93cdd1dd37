import { describe, expect, it } from 'vitest'
import { highlight } from './highlight'

describe('highlight', () => {
  it.each([
    ['France', 'fr', ['*Fr', 'ance']],
    ['Côte d’Ivoire', 'cote', ['*Côte', ' d’Ivoire']],
    ['Co\u0302te', 'ot', ['C', '*o\u0302t', 'e']],
    ['Straße', 'STR', ['*Str', 'aße']],
    ['Île', '', ['Île']],
    ['Île', 'x', ['Île']],
    ['Ελλάδα', 'λλα', ['Ε', '*λλά', 'δα']],
  ])('marks in %j what %j found', (label, typed, parts) => {
    const marked = highlight(label, typed).map(({ text, isMatch }) => (isMatch ? `*${text}` : text))
    expect(marked).toEqual(parts)
  })
})
