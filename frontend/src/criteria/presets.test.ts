import { describe, expect, it } from 'vitest'
import type { Preset } from '@/api/types'
import { daysOf, formatDays, isPreset, PRESETS, todayText } from './presets'

describe('the days that a name stands for', () => {
  it.each<[Preset, string, string, string]>([
    ['today', '2026-11-21', '2026-11-21', '2026-11-21'],
    ['yesterday', '2026-03-01', '2026-02-28', '2026-02-28'],
    ['last_7_days', '2026-11-03', '2026-10-28', '2026-11-03'],
    ['last_30_days', '2026-11-21', '2026-10-23', '2026-11-21'],
    ['this_week', '2026-11-22', '2026-11-16', '2026-11-22'],
    ['this_week', '2026-11-16', '2026-11-16', '2026-11-22'],
    ['this_month', '2028-02-10', '2028-02-01', '2028-02-29'],
    ['last_month', '2026-01-31', '2025-12-01', '2025-12-31'],
    ['this_quarter', '2026-11-21', '2026-10-01', '2026-12-31'],
    ['last_quarter', '2026-02-01', '2025-10-01', '2025-12-31'],
    ['this_year', '2026-11-21', '2026-01-01', '2026-12-31'],
    ['last_year', '2026-11-21', '2025-01-01', '2025-12-31'],
  ])('%s on %s are %s to %s', (preset, today, from, to) => {
    expect(daysOf(preset, today)).toEqual({ from, to })
  })

  it('are eleven, as the API names them', () => {
    expect(PRESETS).toHaveLength(11)
  })

  it.each(['next_week', 'constructor', 'toString'])('are not called %s', (name) => {
    expect(isPreset(name)).toBe(false)
  })

  it('are written with no more than tells them apart', () => {
    const days = formatDays({ from: '2026-11-15', to: '2026-11-21' }, 'en-GB')
    expect(days).toMatch(/^15\s?–\s?21 Nov 2026$/)
    expect(formatDays({ from: '2026-11-21', to: '2026-11-21' }, 'en-GB')).toBe('21 Nov 2026')
  })

  it.each([
    ['Europe/Paris', '2026-01-06'],
    ['America/New_York', '2026-01-05'],
    ['Pacific/Kiritimati', '2026-01-06'],
  ])('are counted on the calendar of the portal, in %s', (zone, day) => {
    expect(todayText(zone, new Date('2026-01-05T23:30:00Z'))).toBe(day)
  })
})
