/** Numbers, durations, sizes and moments in the reader's language. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { knownZone } from '@/cells/temporal'
import { regionalLocale } from '@/plugins/language'
import { usePortalZone } from './usePortalZone'

const MILLION = 1_000_000
const NO_BREAK = '\u00a0'

export function useFormat() {
  const { locale } = useI18n()
  const regional = computed(() => regionalLocale(locale.value))
  const timeZone = usePortalZone()

  function number(value: number): string {
    return new Intl.NumberFormat(regional.value).format(value)
  }

  /** About how many, with no more digits than are known: "47,000", "2.3 million". */
  function approximate(value: number): string {
    return new Intl.NumberFormat(regional.value, {
      ...(value >= MILLION && { notation: 'compact', compactDisplay: 'long' }),
      maximumSignificantDigits: value < 1000 ? 3 : 2,
    }).format(value)
  }

  /** A duration as it is measured: "82 ms", "0.8 s", "14 s". The units' symbols are international. */
  function duration(seconds: number): string {
    if (seconds < 0.1) return `${number(Math.round(seconds * 1000))}${NO_BREAK}ms`
    return `${fixed(seconds, seconds < 10 ? 1 : 0)}${NO_BREAK}s`
  }

  /** A part of a whole, of one: "12 %", and never none where there is some. */
  function share(part: number): string {
    const format = new Intl.NumberFormat(regional.value, {
      style: 'percent',
      maximumFractionDigits: part < 0.01 ? 2 : part < 0.1 ? 1 : 0,
    })
    return part > 0 && part < 0.0001 ? `< ${format.format(0.0001)}` : format.format(part)
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

  /** "240 kB", "1.1 GB"; in French "1,1 Go". */
  function bytes(value: number): string {
    return scaled(value, '')
  }

  /** Of bytes: "96 MB/s". */
  function perSecond(value: number): string {
    return scaled(value, '-per-second')
  }

  function scaled(value: number, per: string): string {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']
    const at = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1)
    const shown = value / 1000 ** at
    return new Intl.NumberFormat(regional.value, {
      style: 'unit',
      unit: `${units[at]}${per}`,
      maximumFractionDigits: at > 0 && shown < 10 ? 1 : 0,
    }).format(shown)
  }

  /** "28 Nov 2026, 10:00 CET", on the portal's clock. */
  function moment(iso: string): string {
    return new Intl.DateTimeFormat(regional.value, {
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
    return new Intl.DateTimeFormat(regional.value, format).format(new Date(iso))
  }

  function fixed(value: number, digits: number): string {
    return new Intl.NumberFormat(regional.value, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value)
  }

  return {
    locale: regional,
    number,
    approximate,
    duration,
    share,
    wholeSeconds,
    span,
    bytes,
    perSecond,
    moment,
    day,
    fixed,
  }
}
