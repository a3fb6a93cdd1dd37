import { client } from './client'
import type { NewSavedSearch, SavedSearch, SavedSearchChange } from './types'

function path(id: string): string {
  return `/saved-searches/${encodeURIComponent(id)}`
}

export async function listSavedSearches(signal: AbortSignal): Promise<SavedSearch[]> {
  const { data } = await client.get<SavedSearch[]>('/saved-searches', { signal })
  return data
}

/** A search with its criteria, which a list leaves out where they are long. */
export async function getSavedSearch(signal: AbortSignal, id: string): Promise<SavedSearch> {
  const { data } = await client.get<SavedSearch>(path(id), { signal })
  return data
}

export async function createSavedSearch(
  signal: AbortSignal,
  search: NewSavedSearch,
): Promise<SavedSearch> {
  const { data } = await client.post<SavedSearch>('/saved-searches', search, { signal })
  return data
}

export async function changeSavedSearch(
  signal: AbortSignal,
  id: string,
  change: SavedSearchChange,
): Promise<SavedSearch> {
  const { data } = await client.patch<SavedSearch>(path(id), change, { signal })
  return data
}

export async function deleteSavedSearch(signal: AbortSignal, id: string): Promise<true> {
  await client.delete(path(id), { signal })
  return true
}

/** Undo a deletion; the server keeps what was deleted for a day. */
export async function restoreSavedSearch(signal: AbortSignal, id: string): Promise<SavedSearch> {
  const { data } = await client.post<SavedSearch>(`${path(id)}/restore`, {}, { signal })
  return data
}
