/** Numbers and sizes in the reader's language. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { regionalLocale } from '@/plugins/language'

const MILLION = 1_000_000

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

  /** A part of a whole, of one: "12 %", and never none where there is some. */
  function share(part: number): string {
    const format = new Intl.NumberFormat(regional.value, {
      style: 'percent',
      maximumFractionDigits: part < 0.01 ? 2 : part < 0.1 ? 1 : 0,
    })
    return part > 0 && part < 0.0001 ? `< ${format.format(0.0001)}` : format.format(part)
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
    share,
    bytes,
    perSecond,
    fixed,
  }
}
