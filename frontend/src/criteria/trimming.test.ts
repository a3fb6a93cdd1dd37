import { describe, expect, it } from 'vitest'
import table from '../../../backend/tests/data/trimming.json'
import { addresses, trim } from './trimming'

describe('trim', () => {
  it.each(table.trim as [string, string][])('makes of %j what the server makes', (text, value) => {
    expect(trim(text)).toBe(value)
  })
})

describe('addresses', () => {
  it.each(table.addresses as [string, string[]][])('reads %j as the server does', (text, found) => {
    expect(addresses(text)).toEqual(found)
  })

  it('takes no longer for a text that means no good', () => {
    const started = performance.now()
    for (const text of [`${'a'.repeat(200_000)} @`, '<a@'.repeat(50_000), 'a@b.'.repeat(50_000)]) {
      addresses(text)
    }
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
