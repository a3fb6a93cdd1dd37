/** How cells are read: the language, the portal's time zone, and the words that stand for values without any. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useFormat } from './useFormat'
import { usePortalZone } from './usePortalZone'

export function useDisplayFormat() {
  const { t } = useI18n()
  const { locale } = useFormat()
  const timeZone = usePortalZone()
  return computed(() => ({
    locale: locale.value,
    yes: t('criterion.yes'),
    no: t('criterion.no'),
    null: t('result.null'),
    timeZone: timeZone.value,
  }))
}
