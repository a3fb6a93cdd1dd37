/**
 * Days that are named rather than given: "last month" is another one each time it is searched.
 *
 * The server resolves a name when a search runs; the page only shows which days it stands for today.
 * Weeks begin on Monday (ISO 8601).
 */
import type { Preset } from '@/api/types'
import { knownZone } from '@/cells/temporal'

export interface Days {
  from: string
  to: string
}

const DAY_MS = 86_400_000

/** Days are counted in UTC, where each has the same length. */
const RESOLVE: Record<Preset, (today: Date) => [Date, Date]> = {
  today: (today) => [today, today],
  yesterday: (today) => [plusDays(today, -1), plusDays(today, -1)],
  last_7_days: (today) => [plusDays(today, -6), today],
  last_30_days: (today) => [plusDays(today, -29), today],
  this_week: (today) => week(today),
  this_month: (today) => months(today, 0, 1),
  last_month: (today) => months(today, -1, 1),
  this_quarter: (today) => months(today, -(today.getUTCMonth() % 3), 3),
  last_quarter: (today) => months(today, -(today.getUTCMonth() % 3) - 3, 3),
  this_year: (today) => months(today, -today.getUTCMonth(), 12),
  last_year: (today) => months(today, -today.getUTCMonth() - 12, 12),
}

export const PRESETS = Object.keys(RESOLVE) as Preset[]

export function isPreset(text: string): text is Preset {
  return Object.hasOwn(RESOLVE, text)
}

/** The first and the last day that a name stands for on a day. */
export function daysOf(preset: Preset, today: string): Days {
  const [from, to] = RESOLVE[preset](new Date(`${today}T00:00:00Z`))
  return { from: dayText(from), to: dayText(to) }
}

/** Today on the portal's calendar, by which the server resolves a name. */
export function todayText(timeZone: string | undefined, now = new Date()): string {
  const format = new Intl.DateTimeFormat('en', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: knownZone(timeZone),
  })
  const parts = Object.fromEntries(
    format.formatToParts(now).map(({ type, value }) => [type, value]),
  )
  return `${parts.year}-${parts.month}-${parts.day}`
}

/** "15 – 21 Nov 2026": no more of either day than tells them apart. */
export function formatDays({ from, to }: Days, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  return format.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`))
}

function dayText(day: Date): string {
  return day.toISOString().slice(0, 10)
}

function plusDays(day: Date, count: number): Date {
  return new Date(day.getTime() + count * DAY_MS)
}

function week(day: Date): [Date, Date] {
  const monday = plusDays(day, -((day.getUTCDay() + 6) % 7))
  return [monday, plusDays(monday, 6)]
}

/** Whole months: `count` of them, from the one that lies `offset` months from the day's own. */
function months(day: Date, offset: number, count: number): [Date, Date] {
  const year = day.getUTCFullYear()
  const month = day.getUTCMonth() + offset
  return [new Date(Date.UTC(year, month, 1)), new Date(Date.UTC(year, month + count, 0))]
}
