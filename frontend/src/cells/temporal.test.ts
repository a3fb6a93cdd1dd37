import { describe, expect, it } from 'vitest'
import { formatDate, formatInstant, formatTimestamp } from './temporal'

describe('formatDate', () => {
  it.each([
    ['en-GB', '2026-01-31', '31 Jan 2026'],
    ['fr', '2026-01-31', '31 janv. 2026'],
    ['es', '2026-01-31', '31 ene 2026'],
    ['en-GB', '0044-03-15', '15 Mar 44'],
    ['en-GB', 'infinity', 'infinity'],
    ['en-GB', '-infinity', '-infinity'],
    ['en-GB', '0044-03-15 BC', '0044-03-15 BC'],
    ['en-GB', '12026-01-31', '12026-01-31'],
  ])('in %s it shows %j as %j', (locale, text, shown) => {
    expect(formatDate(text, locale)).toBe(shown)
  })
})

describe('formatTimestamp', () => {
  it.each([
    ['2026-01-31T23:59:59', '31 Jan 2026, 23:59:59'],
    ['2026-01-31 23:59:59.999999', '31 Jan 2026, 23:59:59'],
    ['infinity', 'infinity'],
    ['0044-03-15 10:00:00 BC', '0044-03-15 10:00:00 BC'],
  ])('shows the wall clock of %j wherever the reader is', (text, shown) => {
    expect(formatTimestamp(text, 'en-GB')).toBe(shown)
  })
})

describe('formatInstant', () => {
  it.each([
    ['2026-01-31T23:30:00+00:00', 'Europe/Paris', '1 Feb 2026, 00:30:00 CET'],
    ['2026-01-31T23:30:00.5Z', 'UTC', '31 Jan 2026, 23:30:00 UTC'],
    ['2026-01-31 23:30:00-05', 'UTC', '1 Feb 2026, 04:30:00 UTC'],
    ['2026-01-31 23:30:00+05:30', 'UTC', '31 Jan 2026, 18:00:00 UTC'],
    ['2026-10-25T02:30:00+02:00', 'Europe/Paris', '25 Oct 2026, 02:30:00 CEST'],
    ['2026-10-25T02:30:00+01:00', 'Europe/Paris', '25 Oct 2026, 02:30:00 CET'],
    ['2026-10-25T02:30:00+01:00', 'posixrules', '25 Oct 2026, 01:30:00 UTC'],
    ['-infinity', 'UTC', '-infinity'],
  ])('shows %j on the clock of %s', (text, zone, shown) => {
    expect(formatInstant(text, 'en-GB', zone)).toBe(shown)
  })
})
