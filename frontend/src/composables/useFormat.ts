/** Numbers and durations in the reader's language. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { regionalLocale } from '@/plugins/language'

export function useFormat() {
  const { locale } = useI18n()
  const regional = computed(() => regionalLocale(locale.value))

  function number(value: number): string {
    return new Intl.NumberFormat(regional.value).format(value)
  }

  /** About how many, in words that don't claim more than is known: "2.3 million". */
  function approximate(value: number): string {
    return new Intl.NumberFormat(regional.value, {
      notation: 'compact',
      compactDisplay: 'long',
      maximumSignificantDigits: value < 1000 ? 3 : 2,
    }).format(value)
  }

  function seconds(value: number): string {
    const digits = value < 10 ? 1 : 0
    return new Intl.NumberFormat(regional.value, {
      style: 'unit',
      unit: 'second',
      unitDisplay: 'narrow',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value)
  }

  return { locale: regional, number, approximate, seconds }
}
