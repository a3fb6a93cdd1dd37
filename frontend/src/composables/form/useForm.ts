/** The criteria of one interface as the user fills them. */
import { computed, reactive } from 'vue'
import type { InterfaceForm } from '@/api/types'
import { emptyFields, toCriteria, type Fields } from '@/criteria/fields'
import { useFormChecks } from './useFormChecks'

export function useForm(form: InterfaceForm, initial: Fields) {
  const fields = reactive<Fields>(initial)
  const criteria = computed(() => toCriteria(form.criteria, fields))
  const checks = useFormChecks(form, fields)

  function assign(values: Fields) {
    Object.assign(fields, values)
    checks.forget()
  }

  function clear() {
    assign(emptyFields(form.criteria))
  }

  return { fields, criteria, checks, assign, clear }
}

export type FormState = ReturnType<typeof useForm>
