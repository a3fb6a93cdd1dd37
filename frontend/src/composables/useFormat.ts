/** Numbers and durations in the reader's language. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { regionalLocale } from '@/plugins/language'

const MILLION = 1_000_000
const NO_BREAK = '\u00a0'

export function useFormat() {
  const { locale } = useI18n()
  const regional = computed(() => regionalLocale(locale.value))

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

  function wholeSeconds(value: number): string {
    return `${number(Math.ceil(value))}${NO_BREAK}s`
  }

  function fixed(value: number, digits: number): string {
    return new Intl.NumberFormat(regional.value, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value)
  }

  return { locale: regional, number, approximate, duration, wholeSeconds, fixed }
}
