import { describe, expect, it } from 'vitest'
import { select } from '@/testing/build'
import { lackedLabels, narrowingOf } from './parents'

const several = select('country', { multiple: true })
const one = select('country', { multiple: false })
const COUNTRIES = ['33', '32', '49'].map((value) => ({ value, label: `+${value}` }))
const known = { country: { options: COUNTRIES, isPartial: false } }
const isNot = (value: string[]) => ({ country: { value, not: true } })

describe('what narrows a list', () => {
  it.each([
    ['several values', ['33', '32'], { country: ['33', '32'] }],
    ['a value', '33', { country: ['33'] }],
    ['a list', { list: 'abc' }, { 'country.list': ['abc'] }],
    ['nothing', [], {}],
    ['a blank text', '', {}],
  ])('is %s as it was filled in', (_, value, narrowed) => {
    const fields = { country: { value, not: false } }
    expect(narrowingOf(['country'], fields, {}, [several])).toEqual({ narrowed, excluded: {} })
  })

  it('is every other option of a criterion that is turned round', () => {
    expect(narrowingOf(['country'], isNot(['33']), known, [several])).toEqual({
      narrowed: { country: ['32', '49'] },
      excluded: {},
    })
  })

  it.each([
    ['takes one value', one, known],
    ['has more options than it sent', several, { country: { ...known.country, isPartial: true } }],
    ['has too many others', several, { country: { options: many(), isPartial: false } }],
    ['has no list', several, {}],
  ])(
    'is what is taken away, where the criterion that is turned round %s',
    (_, criterion, lists) => {
      expect(narrowingOf(['country'], isNot(['33']), lists, [criterion])).toEqual({
        narrowed: {},
        excluded: { country: ['33'] },
      })
    },
  )

  it('is named while it is empty', () => {
    const region = select('region', { label: 'Region' })
    const fields = { country: { value: [], not: false }, region: { value: [], not: false } }
    expect(lackedLabels(['country'], fields, [several, region])).toEqual(['Country'])
    expect(lackedLabels(['country'], isNot(['33']), [several, region])).toEqual([])
  })
})

function many() {
  return Array.from({ length: 1000 }, (_, at) => ({ value: at, label: String(at) }))
}
