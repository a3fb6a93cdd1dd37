/** One record in its form: what is filled in, what is wrong with it, saving it, and meeting others who did. */
import { computed, nextTick, reactive, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ApiProblem } from '@/api/problem'
import { createRecord, getRecord, saveRecord } from '@/api/records'
import type { RecordForm, RecordValues, StoredRecord } from '@/api/types'
import type { Fields } from '@/criteria/fields'
import { changedFields, faultOf, toFields, valuesOf } from '@/records/values'
import { useRequest, useSubmission } from './useRequest'

/** What others did meanwhile: the record as it is now, or null where they deleted it. */
export interface Conflict {
  current: StoredRecord | null
}

export function useRecordEditor(id: string, form: RecordForm, stored: StoredRecord | null) {
  const { t } = useI18n()
  /** The record as it was read; null where there is none yet. */
  const base = shallowRef(stored)
  const before = shallowRef<Fields>(toFields(form.fields, stored?.values ?? null))
  const fields = reactive<Fields>(structuredClone(before.value))
  const changed = computed(() => changedFields(form.fields, before.value, fields))
  const isDirty = computed(() => changed.value.length > 0)

  const isAttempted = ref(false)
  /** What the server said about a field, until it changes. */
  const refused = reactive(new Map<string, string>())
  /** What it said about the record as a whole. */
  const refusal = ref('')
  const problem = shallowRef<ApiProblem | null>(null)
  const conflict = shallowRef<Conflict | null>(null)

  const creating = useSubmission(createRecord)
  const saving = useSubmission(saveRecord)
  const reading = useRequest(getRecord)
  const isSaving = computed(() =>
    [creating, saving, reading].some(({ isLoading }) => isLoading.value),
  )

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

  /** Save it; the record as it is now, or null where it could not be saved. */
  async function save(): Promise<StoredRecord | null> {
    if (isSaving.value) return null
    isAttempted.value = true
    problem.value = null
    refusal.value = ''
    if (Object.keys(errors.value).length > 0) return null
    const answer = await send()
    if (answer) return answer
    const error = creating.error.value ?? saving.error.value
    if (error) await meet(error)
    return null
  }

  async function send(): Promise<StoredRecord | null> {
    creating.reset()
    saving.reset()
    if (base.value) {
      const { key, etag } = base.value
      return saving.run(id, key, valuesOf(changed.value, fields), etag)
    }
    return stored ? saving.run(id, stored.key, given(), null) : creating.run(id, given())
  }

  /** Of a new record, what is filled in: the database has defaults for the rest. */
  function given(): RecordValues {
    const values = valuesOf(form.fields, fields)
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
  }

  async function meet(error: ApiProblem): Promise<void> {
    if (error.status === 412 && base.value) return findConflict(base.value.key)
    if (error.status === 412) {
      for (const field of form.fields) if (field.is_key) refused.set(field.name, t('records.taken'))
      if (refused.size === 0) refusal.value = t('records.taken')
    } else if (error.errors.length > 0) refuse(error)
    else problem.value = error
  }

  async function findConflict(key: string): Promise<void> {
    const current = await reading.run(id, key)
    if (current ?? reading.error.value?.kind === 'not-found') conflict.value = { current }
    else problem.value = reading.error.value
  }

  function refuse({ errors: found }: ApiProblem) {
    for (const { pointer, detail } of found) {
      const name = /^\/values\/([^/]+)$/.exec(pointer)?.[1]
      if (name !== undefined && name in fields) refused.set(name, detail)
      else refusal.value = detail
    }
  }

  /** Keep what I changed, on top of what others did. */
  function keepMine() {
    if (!conflict.value) return
    const { current } = conflict.value
    const mine = new Set(changed.value.map(({ name }) => name))
    base.value = current
    before.value = toFields(form.fields, current?.values ?? null)
    if (current) take(form.fields.map(({ name }) => name).filter((name) => !mine.has(name)))
    conflict.value = null
  }

  /** Give up what I changed: the form shows what others made of the record. */
  async function takeTheirs() {
    const current = conflict.value?.current
    if (!current) return
    base.value = current
    before.value = toFields(form.fields, current.values)
    take(form.fields.map(({ name }) => name))
    conflict.value = null
    isAttempted.value = false
    await nextTick()
    refused.clear()
  }

  function take(names: string[]) {
    for (const name of names) Object.assign(fields, { [name]: structuredClone(before.value[name]) })
  }

  return {
    base,
    before,
    fields,
    changed,
    isDirty,
    errors,
    refusal,
    problem,
    conflict,
    isSaving,
    save,
    keepMine,
    takeTheirs,
  }
}

export type RecordEditorState = ReturnType<typeof useRecordEditor>
