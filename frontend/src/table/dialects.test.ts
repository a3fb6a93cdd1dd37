import { describe, expect, it } from 'vitest'
import { dayOrderOf, PRESETS, presetOf, readDialect, withDayOrder } from './dialects'

describe('a dialect', () => {
  it.each(['plain', 'en', 'fr', 'es'] as const)('is the preset %s, and nothing else', (name) => {
    expect(presetOf(PRESETS[name])).toBe(name)
    expect(presetOf({ ...PRESETS[name], formula_guard: false })).toBeNull()
  })

  it.each(['iso', 'dayFirst', 'monthFirst'] as const)('has its dates %s', (order) => {
    expect(dayOrderOf(withDayOrder(PRESETS.fr, order))).toBe(order)
    expect(dayOrderOf(withDayOrder(PRESETS.plain, order))).toBe(order)
  })

  it('stays the preset that it was when its dates are chosen again', () => {
    expect(presetOf(withDayOrder(PRESETS.es, 'dayFirst'))).toBe('es')
  })
})

describe('what is stored', () => {
  it('is a dialect, or the name of a preset', () => {
    expect(readDialect(JSON.stringify(PRESETS.fr))).toEqual(PRESETS.fr)
    expect(readDialect('es')).toEqual(PRESETS.es)
  })

  it('loses what no CSV can have', () => {
    expect(readDialect('{"delimiter": "x", "decimal": ",", "bom": 1}')).toEqual({
      ...PRESETS.plain,
      decimal: ',',
    })
  })

  it.each([null, '', 'x', 'null', '5'])('is nothing: %s', (text) => {
    expect(readDialect(text)).toBeNull()
  })
})
