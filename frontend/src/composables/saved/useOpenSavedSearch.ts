import { useRouter } from 'vue-router'
import { getInterface } from '@/api/interfaces'
import { getSavedSearch } from '@/api/savedSearches'
import type { Criteria, KeptSearch, SavedSearch } from '@/api/types'
import { fieldsFrom } from '@/criteria/fields'
import { entryOf } from '@/composables/form/useAddress'
import { useRequest } from '@/composables/requests/useRequest'
import { injectSavedSearches } from './useSavedSearches'

/** Go to a search that is kept, or was extracted: its interface, with the form filled and the search run. */
export function useOpenSavedSearch() {
  const router = useRouter()
  const { present } = injectSavedSearches()
  const request = useRequest(getInterface)
  const whole = useRequest(getSavedSearch)

  /** Its criteria, asked for where the list left them out. */
  async function criteriaOf(search: KeptSearch | SavedSearch): Promise<Criteria | null> {
    if (search.criteria || !('id' in search)) return search.criteria
    return (await whole.run(search.id))?.criteria ?? null
  }

  async function open(search: KeptSearch | SavedSearch): Promise<void> {
    const { interface: id, sort } = search
    const location = { name: 'interface', params: { id } }
    const [form, criteria] = await Promise.all([request.run(id), criteriaOf(search)])
    // The interface's own page says what is wrong with it.
    if (!form || !criteria) {
      if (request.error.value || whole.error.value) await router.push(location)
      return
    }
    const fields = fieldsFrom(form.criteria, criteria)
    const entry = entryOf(form.criteria, fields, sort, true)
    const isShown = router.resolve({ ...location, ...entry }).fullPath
    if (isShown === router.currentRoute.value.fullPath) present.value?.run()
    else await router.push({ ...location, ...entry })
  }

  return { open, isOpening: request.isLoading }
}
