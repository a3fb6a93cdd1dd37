/** What is filled in of one record, beside the record as it was read. */
import { computed, reactive, shallowRef } from 'vue'
import type { RecordForm, StoredRecord } from '@/api/types'
import type { Fields } from '@/criteria/fields'
import { changedFields, toFields } from '@/records/values'

export function useRecordDraft(form: RecordForm, stored: StoredRecord | null) {
  /** The record as it was read; null where there is none yet. */
  const base = shallowRef(stored)
  const before = shallowRef<Fields>(toFields(form.fields, stored?.values ?? null))
  const fields = reactive<Fields>(structuredClone(before.value))
  const changed = computed(() => changedFields(form.fields, before.value, fields))
  const isDirty = computed(() => changed.value.length > 0)

  /** Keep what I changed, on top of the record as it is now. */
  function keepMine(current: StoredRecord | null) {
    const mine = new Set(changed.value.map(({ name }) => name))
    rebase(current)
    if (current) take(form.fields.map(({ name }) => name).filter((name) => !mine.has(name)))
  }

  /** Give up what I changed for the record as it is now. */
  function takeTheirs(current: StoredRecord) {
    rebase(current)
    take(form.fields.map(({ name }) => name))
  }

  function rebase(current: StoredRecord | null) {
    base.value = current
    before.value = toFields(form.fields, current?.values ?? null)
  }

  function take(names: string[]) {
    for (const name of names) Object.assign(fields, { [name]: structuredClone(before.value[name]) })
  }

  return { base, before, fields, changed, isDirty, keepMine, takeTheirs }
}
