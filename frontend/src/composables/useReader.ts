/** How cells are read: the language, and the words that stand for values without any. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useFormat } from './useFormat'

export function useReader() {
  const { t } = useI18n()
  const { locale } = useFormat()
  return computed(() => ({
    locale: locale.value,
    yes: t('criterion.yes'),
    no: t('criterion.no'),
    null: t('result.null'),
  }))
}
