/**
 * The search in the page's address, and in the browser's history.
 *
 * Each search is an entry of its own; what is typed after it is a draft that later typing replaces,
 * so that Back leads from search to search and not from letter to letter. A pasted link runs; a
 * draft that is reloaded comes back as it was, not run.
 */
import { watch } from 'vue'
import { useRoute, useRouter, type HistoryState } from 'vue-router'
import type { Criterion, OptionValue, SortKey } from '@/api/types'
import { fromQuery, toQuery, type Address } from '@/criteria/address'
import type { Fields } from '@/criteria/fields'

/** Values too many for the address stay in the history of this tab, up to this many characters. */
const MAX_KEPT_LENGTH = 500_000

interface EntryState extends HistoryState {
  searched?: boolean
  /** JSON, by name of the criterion: values that did not fit the address. */
  pasted?: string
}

export interface Restored extends Address {
  /** Whether the search was run, or is meant to be. */
  isSearched: boolean
}

export function useAddress(
  criteria: readonly Criterion[],
  onRestore: (restored: Restored) => void,
) {
  const route = useRoute()
  const router = useRouter()
  let written = route.fullPath

  function entryState(): EntryState {
    return router.options.history.state
  }

  function read(): Restored {
    const address = fromQuery(criteria, route.query)
    const { searched, pasted } = entryState()
    if (pasted) restorePasted(address, JSON.parse(pasted) as Record<string, OptionValue[]>)
    const isSearched = (searched ?? address.hasSearch) && address.omitted.size === 0
    return { ...address, isSearched }
  }

  async function write(fields: Fields, sort: SortKey[], isSearched: boolean): Promise<void> {
    const { query, state } = entryOf(criteria, fields, sort, isSearched)
    const path = router.resolve({ query }).fullPath
    const isSame = path === route.fullPath
    const isNewEntry = !isSame && entryState().searched === true
    written = path
    // The same address with another state counts as a navigation too: hence `force`.
    const location = { query, state, force: true }
    await (isNewEntry ? router.push(location) : router.replace(location))
  }

  /** The address of a search as it can be handed to somebody else. */
  function link(fields: Fields, sort: SortKey[]): string {
    const query = toQuery(criteria, fields, sort)
    return new URL(router.resolve({ query }).href, window.location.origin).href
  }

  watch(
    () => route.fullPath,
    (path) => {
      if (path === written) return
      written = path
      onRestore(read())
    },
  )
  return { read, write, link }
}

/** A search as an entry of the history: its query, and what doesn't fit that. */
export function entryOf(
  criteria: readonly Criterion[],
  fields: Fields,
  sort: SortKey[],
  isSearched: boolean,
) {
  const query = toQuery(criteria, fields, sort)
  const state: EntryState = { searched: isSearched, ...pastedState(fields, query) }
  return { query, state }
}

function restorePasted(address: Address, pasted: Record<string, OptionValue[]>) {
  for (const [name, values] of Object.entries(pasted)) {
    const field = address.fields[name]
    if (field && address.omitted.delete(name)) field.value = values
  }
}

function pastedState(fields: Fields, query: Record<string, unknown>): EntryState {
  const kept = Object.entries(fields).filter(
    ([name]) => `${name}.pasted` in query || `${name}.not.pasted` in query,
  )
  if (kept.length === 0) return {}
  const pasted = JSON.stringify(Object.fromEntries(kept.map(([name, { value }]) => [name, value])))
  return pasted.length > MAX_KEPT_LENGTH ? {} : { pasted }
}
