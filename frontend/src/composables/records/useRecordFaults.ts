/** What is wrong with a record: as far as the page can tell, and as the server said. */
import { computed, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ApiProblem } from '@/api/problem'
import type { RecordForm } from '@/api/types'
import type { Fields } from '@/criteria/fields'
import { faultOf } from '@/records/values'

export function useRecordFaults(form: RecordForm, fields: Fields) {
  const { t } = useI18n()
  const isAttempted = ref(false)
  /** What the server said about a field, until it changes. */
  const refused = reactive(new Map<string, string>())
  /** What it said about the record as a whole. */
  const refusal = ref('')

  const errors = computed(() => {
    const texts: Record<string, string> = {}
    for (const field of form.fields) {
      const fault = faultOf(field, fields[field.name]?.value ?? null)
      if (fault && isAttempted.value) texts[field.name] = wordsOf(fault, field.max_length)
    }
    return { ...texts, ...Object.fromEntries(refused) }
  })

  function wordsOf(fault: string, room: number | null): string {
    if (fault === 'required') return t('fault.required')
    if (fault === 'number') return t('fault.number')
    return fault === 'whole' ? t('records.whole') : t('records.tooLong', { room: room ?? 0 })
  }

  for (const { name } of form.fields) {
    watch(
      () => fields[name]?.value,
      () => {
        refused.delete(name)
        refusal.value = ''
      },
      { deep: true },
    )
  }

  /** Whether the record can be saved; from now on, what is wrong is said. */
  function validate(): boolean {
    isAttempted.value = true
    refusal.value = ''
    return Object.keys(errors.value).length === 0
  }

  function refuse({ errors: found }: ApiProblem) {
    for (const { pointer, detail } of found) {
      const name = /^\/values\/([^/]+)$/.exec(pointer)?.[1]
      if (name !== undefined && name in fields) refused.set(name, detail)
      else refusal.value = detail
    }
  }

  /** There is a record with this key already. */
  function refuseKey() {
    for (const field of form.fields) if (field.is_key) refused.set(field.name, t('records.taken'))
    if (refused.size === 0) refusal.value = t('records.taken')
  }

  function forget() {
    isAttempted.value = false
    refused.clear()
  }

  return { errors, refusal, validate, refuse, refuseKey, forget }
}
