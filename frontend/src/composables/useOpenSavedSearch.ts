import { useRouter } from 'vue-router'
import { getInterface } from '@/api/interfaces'
import type { KeptSearch } from '@/api/types'
import { fieldsFrom } from '@/criteria/fields'
import { entryOf } from './useAddress'
import { useRequest } from './useRequest'
import { injectSavedSearches } from './useSavedSearches'

/** Go to a search that is kept, or was extracted: its interface, with the form filled and the search run. */
export function useOpenSavedSearch() {
  const router = useRouter()
  const { present } = injectSavedSearches()
  const request = useRequest(getInterface)

  async function open({ interface: id, criteria, sort }: KeptSearch): Promise<void> {
    const location = { name: 'interface', params: { id } }
    const form = await request.run(id)
    // The interface's own page says what is wrong with it.
    if (!form) {
      if (request.error.value) await router.push(location)
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
