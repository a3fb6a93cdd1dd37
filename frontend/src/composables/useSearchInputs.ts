/** What is asked on the page of an interface: the criteria as filled, the order of rows, and the address that has both. */
import { computed, ref, watch } from 'vue'
import type { InterfaceForm, SortKey } from '@/api/types'
import { toQuery } from '@/criteria/address'
import { useAddress, type Restored } from './useAddress'
import { useDebounced } from './useDebounced'
import { useForm } from './useForm'
import { useOptionLists } from './useOptionLists'

const DRAFT_PAUSE_MS = 300

/** `onRestored` hears of a step back or forth, or of a link, once the form is filled by it. */
export function useSearchInputs(form: InterfaceForm, onRestored: (isSearched: boolean) => void) {
  const address = useAddress(form.criteria, restore)
  const opening = address.read()
  const state = useForm(form, opening.fields)
  const sort = ref<SortKey[]>(opening.sort)
  const omitted = ref(opening.omitted)
  const options = useOptionLists(form.criteria, state.fields)

  const queryText = computed(() => JSON.stringify(toQuery(form.criteria, state.fields, sort.value)))
  let known = queryText.value
  const draft = useDebounced(() => {
    if (queryText.value === known) return
    known = queryText.value
    void address.write(state.fields, sort.value, false)
  }, DRAFT_PAUSE_MS)
  watch(queryText, draft.call)

  function restore(restored: Restored) {
    state.assign(restored.fields)
    sort.value = restored.sort
    omitted.value = restored.omitted
    draft.cancel()
    known = queryText.value
    onRestored(restored.isSearched)
  }

  /** Write the search into the address, as a step to come back to. */
  function writeAddress() {
    draft.cancel()
    void address.write(state.fields, sort.value, true)
  }

  function clear() {
    state.clear()
    options.forgetKeys()
    sort.value = []
    omitted.value = new Map()
  }

  return {
    state,
    options,
    sort,
    omitted,
    /** Whether the address that the page was opened by has been searched. */
    isSearched: opening.isSearched,
    writeAddress,
    clear,
    link: () => address.link(state.fields, sort.value),
  }
}
