/** Durations and moments in the reader's language. */
import { knownZone } from '@/cells/temporal'
import { useFormat } from './useFormat'
import { usePortalZone } from './usePortalZone'

const NO_BREAK = '\u00a0'

export function useTimeFormat() {
  const { locale, number, fixed } = useFormat()
  const timeZone = usePortalZone()

  /** A duration as it is measured: "82 ms", "0.8 s", "14 s". The units' symbols are international. */
  function duration(seconds: number): string {
    if (seconds < 0.1) return `${number(Math.round(seconds * 1000))}${NO_BREAK}ms`
    return `${fixed(seconds, seconds < 10 ? 1 : 0)}${NO_BREAK}s`
  }

  function wholeSeconds(value: number): string {
    return `${number(Math.ceil(value))}${NO_BREAK}s`
  }

  /** How long something will take: "14 s", "3 min", "1 h 20 min". */
  function span(seconds: number): string {
    if (seconds < 60) return wholeSeconds(seconds)
    const minutes = Math.round(seconds / 60)
    if (minutes < 60) return `${number(minutes)}${NO_BREAK}min`
    const rest = minutes % 60
    const hours = `${number(Math.floor(minutes / 60))}${NO_BREAK}h`
    return rest === 0 ? hours : `${hours} ${rest}${NO_BREAK}min`
  }

  /** "28 Nov 2026, 10:00 CET", on the portal's clock. */
  function moment(iso: string): string {
    return new Intl.DateTimeFormat(locale.value, {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: knownZone(timeZone.value),
      timeZoneName: 'short',
    }).format(new Date(iso))
  }

  /** "28 Nov 2026", on the portal's calendar. */
  function day(iso: string): string {
    const format = { dateStyle: 'medium', timeZone: knownZone(timeZone.value) } as const
    return new Intl.DateTimeFormat(locale.value, format).format(new Date(iso))
  }

  return { duration, wholeSeconds, span, moment, day }
}
