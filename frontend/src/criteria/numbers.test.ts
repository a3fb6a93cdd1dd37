import { describe, expect, it } from 'vitest'
import { displayNumber, parseNumber } from './numbers'

describe('parseNumber', () => {
  it.each([
    ['en', '1234', '1234'],
    ['en', ' -5.00 ', '-5.00'],
    ['en', '1,234,567.8', '1234567.8'],
    ['en', '1,234', '1234'],
    ['en', '1,5', '1.5'],
    ['en', '.5', '0.5'],
    ['en', '+7', '7'],
    ['en', '−7', '-7'],
    ['fr', '1 234,5', '1234.5'],
    ['fr', '1 234,50', '1234.50'],
    ['fr', '12.5', '12.5'],
    ['es', '1.234,5', '1234.5'],
    ['es', '1.000', '1000'],
    ['es', '2.5', '2.5'],
    ['en', '123456789012345678901234567890.12', '123456789012345678901234567890.12'],
  ])('in %s it reads %j as %j', (locale, typed, canonical) => {
    expect(parseNumber(typed, locale)).toBe(canonical)
  })

  it.each(['', 'abc', '1e5', '12px', '1.2.3', '--1', '1,23,4'])('refuses %j', (typed) => {
    expect(parseNumber(typed, 'en')).toBeNull()
  })
})

describe('displayNumber', () => {
  it.each([
    ['en', '1234.5', '1234.5'],
    ['fr', '1234.5', '1234,5'],
    ['es', '-0.25', '-0,25'],
    ['fr', 'what?', 'what?'],
  ])('in %s it writes %j as %j', (locale, canonical, shown) => {
    expect(displayNumber(canonical, locale)).toBe(shown)
  })
})
