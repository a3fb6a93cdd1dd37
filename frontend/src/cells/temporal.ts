/**
 * Dates and times as the database writes them, in the reader's language.
 *
 * A date has no time zone and must not shift by one; what JavaScript can't represent (infinity,
 * years before Christ or beyond 9999) is shown as it came, never as "Invalid Date".
 */

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d(?::?\d\d)?)?$/

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(
  locale: string,
  hasTime: boolean,
  timeZone: string | undefined,
  isNamed = false,
): Intl.DateTimeFormat {
  const key = `${locale} ${hasTime} ${isNamed} ${timeZone ?? ''}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      ...(hasTime && { timeStyle: isNamed ? 'long' : 'medium' }),
      timeZone,
    })
    formats.set(key, format)
  }
  return format
}

export function formatDate(text: string, locale: string): string {
  const match = DATE.exec(text)
  if (!match) return text
  return formatOf(locale, false, 'UTC').format(wallClock(match))
}

/** A timestamp without a zone is a wall clock: the same hands everywhere. */
export function formatTimestamp(text: string, locale: string, timeZone?: string): string {
  const match = TIMESTAMP.exec(text)
  if (!match || match[8]) return match ? formatInstant(text, locale, timeZone) : text
  return formatOf(locale, true, 'UTC').format(wallClock(match))
}

/**
 * A timestamp with a zone is an instant, shown on the portal's clock, by which criteria find it, too.
 *
 * The zone is named with it, so that the two moments of an hour that a clock put back passes twice
 * can be told apart.
 */
export function formatInstant(text: string, locale: string, timeZone?: string): string {
  const match = TIMESTAMP.exec(text)
  if (!match) return text
  const offset = offsetMinutes(match[8])
  if (offset === null) return text
  const instant = new Date(wallClock(match).getTime() - offset * 60_000)
  return formatOf(locale, true, knownZone(timeZone), true).format(instant)
}

/** Some names of zones are known to servers only; the moment is named in UTC then. */
export function knownZone(timeZone: string | undefined): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return timeZone
  } catch {
    return 'UTC'
  }
}

function wallClock([, year, month, day, hour = '0', minute = '0', second = '0']: string[]): Date {
  const date = new Date(0)
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  date.setUTCHours(Number(hour), Number(minute), Number(second))
  return date
}

function offsetMinutes(zone: string | undefined): number | null {
  if (zone === undefined) return null
  if (zone === 'Z') return 0
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  const size = Number(hours) * 60 + Number(minutes)
  return sign === '-' ? -size : size
}
