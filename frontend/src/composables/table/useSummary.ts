/** The summary of the whole result that is shown, of the author's columns and those that the user picks. */
import { computed, ref, watch } from 'vue'
import { summarize } from '@/api/search'
import type { Criteria, InterfaceForm } from '@/api/types'
import { useRequest } from '@/composables/requests/useRequest'

/** As many as the server summarizes at once. */
export const MAX_COLUMNS = 12

export function useSummary(form: InterfaceForm, criteria: () => Criteria | undefined) {
  const names = ref(form.columns.filter(({ summary }) => summary).map(({ name }) => name))
  const request = useRequest(summarize)
  /** What the summary is of: sorting the rows changes nothing in it. */
  const question = computed(() => JSON.stringify([criteria(), names.value]))

  async function run() {
    const about = criteria()
    if (!about || names.value.length === 0) request.reset()
    else await request.run(form.id, about, names.value.slice(0, MAX_COLUMNS))
  }

  function choose(name: string, isChosen: boolean) {
    const others = names.value.filter((other) => other !== name)
    names.value = isChosen ? [...others, name] : others
  }

  watch(question, () => void run(), { immediate: true })

  return { ...request, run, names, choose }
}
