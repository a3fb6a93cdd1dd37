/** One record in its form: saving it, and meeting others who did. */
import { computed, nextTick, shallowRef } from 'vue'
import type { ApiProblem } from '@/api/problem'
import { createRecord, getRecord, saveRecord } from '@/api/records'
import type { RecordForm, RecordValues, StoredRecord } from '@/api/types'
import { valuesOf } from '@/records/values'
import { useRecordDraft } from './useRecordDraft'
import { useRecordFaults } from './useRecordFaults'
import { useRequest, useSubmission } from '@/composables/requests/useRequest'

/** What others did meanwhile: the record as it is now, or null where they deleted it. */
export interface Conflict {
  current: StoredRecord | null
}

export function useRecordEditor(id: string, form: RecordForm, stored: StoredRecord | null) {
  const draft = useRecordDraft(form, stored)
  const faults = useRecordFaults(form, draft.fields)
  const problem = shallowRef<ApiProblem | null>(null)
  const conflict = shallowRef<Conflict | null>(null)

  const creating = useSubmission(createRecord)
  const saving = useSubmission(saveRecord)
  const reading = useRequest(getRecord)
  const isSaving = computed(() =>
    [creating, saving, reading].some(({ isLoading }) => isLoading.value),
  )

  /** Save it; the record as it is now, or null where it could not be saved. */
  async function save(): Promise<StoredRecord | null> {
    if (isSaving.value) return null
    problem.value = null
    if (!faults.validate()) return null
    const answer = await send()
    if (answer) return answer
    const error = creating.error.value ?? saving.error.value
    if (error) await meet(error)
    return null
  }

  async function send(): Promise<StoredRecord | null> {
    const { base, changed, fields } = draft
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
    const values = valuesOf(form.fields, draft.fields)
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
  }

  async function meet(error: ApiProblem): Promise<void> {
    const { value: base } = draft.base
    if (error.status === 412 && base) await findConflict(base.key)
    else if (error.status === 412) faults.refuseKey()
    else if (error.errors.length > 0) faults.refuse(error)
    else problem.value = error
  }

  async function findConflict(key: string): Promise<void> {
    const current = await reading.run(id, key)
    if (current ?? reading.error.value?.kind === 'not-found') conflict.value = { current }
    else problem.value = reading.error.value
  }

  /** Keep what I changed, on top of what others did. */
  function keepMine() {
    if (!conflict.value) return
    draft.keepMine(conflict.value.current)
    conflict.value = null
  }

  /** Give up what I changed: the form shows what others made of the record. */
  async function takeTheirs() {
    const current = conflict.value?.current
    if (!current) return
    draft.takeTheirs(current)
    conflict.value = null
    await nextTick()
    faults.forget()
  }

  return { draft, faults, problem, conflict, isSaving, save, keepMine, takeTheirs }
}

export type RecordEditorState = ReturnType<typeof useRecordEditor>
