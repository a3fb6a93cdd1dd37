/**
 * The searches that the user keeps, and those that their groups share.
 *
 * They live on the server: nothing is kept that the user did not name. What the form says now is
 * asked of the page that is open (`present`), which registers itself.
 */
import { inject, onScopeDispose, shallowRef, type InjectionKey } from 'vue'
import {
  changeSavedSearch,
  createSavedSearch,
  deleteSavedSearch,
  listSavedSearches,
  restoreSavedSearch,
} from '@/api/savedSearches'
import type { KeptSearch, SavedSearch, SavedSearchChange } from '@/api/types'
import { useRequest, useSubmission } from '@/composables/requests/useRequest'

/** The page of an interface, as far as saved searches need it. */
export interface PresentSearch {
  read: () => KeptSearch
  /** Search again: what is opened may be what is shown already. */
  run: () => void
}

export function useSavedSearches() {
  const list = useRequest(listSavedSearches)
  const creating = useSubmission(createSavedSearch)
  const changing = useRequest(changeSavedSearch)
  const present = shallowRef<PresentSearch | null>(null)

  /** The list again, as the server sorts it and shares it. */
  async function reload<Answer>(answer: Answer | null): Promise<Answer | null> {
    if (answer !== null) await list.run()
    return answer
  }

  async function create(name: string, group: string | null): Promise<SavedSearch | null> {
    if (!present.value) return null
    return reload(await creating.run({ ...present.value.read(), name, group }))
  }

  async function change(id: string, wanted: SavedSearchChange): Promise<SavedSearch | null> {
    return reload(await changing.run(id, wanted))
  }

  return {
    list,
    creating,
    changing,
    present,
    create,
    change,
    deletion: useDeletion(reload),
  }
}

/** Deleting, which can be undone for a while. */
function useDeletion(reload: <Answer>(answer: Answer | null) => Promise<Answer | null>) {
  const deleting = useRequest(deleteSavedSearch)
  const restoring = useSubmission(restoreSavedSearch)
  /** What was deleted last, for as long as it is offered to be undone. */
  const deleted = shallowRef<SavedSearch | null>(null)

  async function remove(search: SavedSearch): Promise<void> {
    restoring.reset()
    if (!(await reload(await deleting.run(search.id)))) return
    deleted.value = search
  }

  async function restore(): Promise<SavedSearch | null> {
    if (!deleted.value) return null
    const restored = await reload(await restoring.run(deleted.value.id))
    if (restored) deleted.value = null
    return restored
  }

  return { deleting, restoring, deleted, remove, restore }
}

export type SavedSearches = ReturnType<typeof useSavedSearches>

export const savedSearchesKey: InjectionKey<SavedSearches> = Symbol('saved searches')

export function injectSavedSearches(): SavedSearches {
  const searches = inject(savedSearchesKey)
  if (!searches) throw new Error('The shell provides the saved searches, and they are missing.')
  return searches
}

/** Say that this page is the one whose search can be saved, until it is left. */
export function providePresentSearch(search: PresentSearch) {
  const { present } = injectSavedSearches()
  present.value = search
  onScopeDispose(() => {
    if (present.value === search) present.value = null
  })
}
