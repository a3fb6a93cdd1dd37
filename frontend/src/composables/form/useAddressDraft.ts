/** What is being asked, in the address: as a draft while it is typed, and as a step to come back to once it is searched. */
import { computed, ref, watch } from 'vue'
import type { Criterion, SortKey } from '@/api/types'
import { toQuery } from '@/criteria/address'
import type { Fields } from '@/criteria/fields'
import type { useAddress } from './useAddress'
import { useDebounced } from '@/composables/requests/useDebounced'

const DRAFT_PAUSE_MS = 300

export function useAddressDraft(
  address: ReturnType<typeof useAddress>,
  criteria: readonly Criterion[],
  fields: Fields,
  opening: SortKey[],
) {
  const sort = ref<SortKey[]>(opening)
  const queryText = computed(() => JSON.stringify(toQuery(criteria, fields, sort.value)))
  let known = queryText.value
  const draft = useDebounced(() => {
    if (queryText.value === known) return
    known = queryText.value
    void address.write(fields, sort.value, false)
  }, DRAFT_PAUSE_MS)
  watch(queryText, draft.call)

  /** Take what is asked now for what the address says already. */
  function settle() {
    draft.cancel()
    known = queryText.value
  }

  /** Write the search into the address, as a step to come back to. */
  function write() {
    draft.cancel()
    void address.write(fields, sort.value, true)
  }

  return { sort, settle, write, link: () => address.link(fields, sort.value) }
}
