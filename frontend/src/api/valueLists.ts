import { client } from './client'
import { fetchDownload, type DownloadedFile } from './search'
import type { ValueList, ValueListChange } from './types'

/** The criterion that a list is for: it says which column fits, and what is malformed. */
export interface ListTarget {
  interface: string
  criterion: string
}

/** A file, or lines as they were pasted. It streams from the disk; `onProgress` hears how much is sent, from 0 to 1. */
export async function uploadList(
  signal: AbortSignal,
  target: ListTarget,
  content: File | string,
  name: string,
  onProgress: (share: number) => void,
): Promise<ValueList> {
  const isText = typeof content === 'string'
  const body = isText ? content : new FormData()
  if (!isText && body instanceof FormData) body.append('file', content)
  const { data } = await client.post<ValueList>('/value-lists', body, {
    signal,
    params: { ...target, ...(isText && { name }) },
    ...(isText && { headers: { 'Content-Type': 'text/plain' } }),
    onUploadProgress: ({ progress }) => {
      onProgress(progress ?? 0)
    },
  })
  return data
}

export async function getList(
  signal: AbortSignal,
  target: ListTarget,
  id: string,
): Promise<ValueList> {
  const { data } = await client.get<ValueList>(path(id), { signal, params: target })
  return data
}

export async function recentLists(signal: AbortSignal): Promise<ValueList[]> {
  const { data } = await client.get<ValueList[]>('/value-lists', { signal })
  return data
}

export async function changeList(
  signal: AbortSignal,
  target: ListTarget,
  id: string,
  change: ValueListChange,
): Promise<ValueList> {
  const { data } = await client.patch<ValueList>(path(id), change, { signal, params: target })
  return data
}

export async function deleteList(signal: AbortSignal, id: string): Promise<true> {
  await client.delete(path(id), { signal })
  return true
}

/** The values that the last search did not find. */
export async function fetchUnmatched(signal: AbortSignal, url: string): Promise<DownloadedFile> {
  return fetchDownload(signal, url, 'not_found.csv')
}

function path(id: string): string {
  return `/value-lists/${encodeURIComponent(id)}`
}
