import { describe, expect, it } from 'vitest'
import { formatQuantity } from './quantities'

describe('formatQuantity', () => {
  it.each<[string, string | number, string]>([
    ['en', 1234567, '1,234,567'],
    ['en', 0.1, '0.1'],
    ['en', '-1234.50', '-1,234.50'],
    ['en', '-0.00', '-0.00'],
    ['fr', '1234567.5', '1\u202f234\u202f567,5'],
    ['es', '12345.67', '12.345,67'],
    ['en', '123456789012345678901234567890', '123,456,789,012,345,678,901,234,567,890'],
    ['en', 1e300, '1e+300'],
    ['en', 'Infinity', 'Infinity'],
  ])('in %s it writes %j as %j', (locale, value, shown) => {
    expect(formatQuantity(value, locale)).toBe(shown)
  })
})
