/** What is asked on the page of an interface: the criteria as filled, the order of rows, and the address that has both. */
import { ref } from 'vue'
import type { InterfaceForm } from '@/api/types'
import { useAddress, type Restored } from './useAddress'
import { useAddressDraft } from './useAddressDraft'
import { useForm } from './useForm'
import { useOptionLists } from './useOptionLists'

/** `onRestored` hears of a step back or forth, or of a link, once the form is filled by it. */
export function useSearchInputs(form: InterfaceForm, onRestored: (isSearched: boolean) => void) {
  const address = useAddress(form.criteria, restore)
  const opening = address.read()
  const state = useForm(form, opening.fields)
  const omitted = ref(opening.omitted)
  const options = useOptionLists(form.criteria, state.fields)
  const { sort, settle, write, link } = useAddressDraft(
    address,
    form.criteria,
    state.fields,
    opening.sort,
  )

  function restore(restored: Restored) {
    state.assign(restored.fields)
    sort.value = restored.sort
    omitted.value = restored.omitted
    settle()
    onRestored(restored.isSearched)
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
    clear,
    /** `isSearched`: whether the address that the page was opened by has been searched. */
    address: { isSearched: opening.isSearched, write, link },
  }
}
