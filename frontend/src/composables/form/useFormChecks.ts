/** What is wrong about each criterion of a form, and whether it is time to say so. */
import { computed, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ApiProblem } from '@/api/problem'
import type { InterfaceForm } from '@/api/types'
import { criterionOf, findFaults } from '@/criteria/checks'
import { isFilled, type Fields } from '@/criteria/fields'

export function useFormChecks(form: InterfaceForm, fields: Fields) {
  const { t } = useI18n()
  const faults = computed(() => findFaults(form.criteria, fields))
  const isBlank = computed(() => !Object.values(fields).some(isFilled))
  const lacksOne = computed(() => form.require_one && isBlank.value)

  /** What is required and not yet filled in: said before a search is refused for it. */
  const missing = computed(() =>
    form.criteria.filter(({ name }) => faults.value.get(name) === 'required'),
  )

  const isAttempted = ref(false)
  /** Criteria that the user has been in and left: their faults may be told. */
  const left = reactive(new Set<string>())
  /** What the server said about a criterion, until it changes. */
  const refused = reactive(new Map<string, string>())

  for (const { name } of form.criteria) {
    watch(
      () => fields[name],
      () => refused.delete(name),
      { deep: true },
    )
  }

  const errors = computed(() => {
    const texts: Record<string, string> = {}
    for (const [name, fault] of faults.value) {
      const isEarly = !isAttempted.value && (fault === 'required' || !left.has(name))
      if (!isEarly) texts[name] = t(`fault.${fault}`)
    }
    return { ...texts, ...Object.fromEntries(refused) }
  })

  /** Whether the form can be sent; tells what is wrong when it can't. */
  function validate(): boolean {
    isAttempted.value = true
    return faults.value.size === 0 && !lacksOne.value
  }

  function refuse(problem: ApiProblem) {
    for (const { pointer, detail } of problem.errors) {
      const name = criterionOf(pointer)
      if (name !== null && name in fields) refused.set(name, detail)
    }
  }

  /** Another search begins: nothing is said before it is time again. */
  function forget() {
    isAttempted.value = false
    left.clear()
    refused.clear()
  }

  return {
    faults,
    lacksOne,
    missing,
    isAttempted,
    errors,
    validate,
    refuse,
    forget,
    leave: (name: string) => left.add(name),
  }
}
