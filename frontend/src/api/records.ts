import { client } from './client'
import type { RecordForm, RecordValues, StoredRecord } from './types'

function path(id: string, key?: string): string {
  const records = `/interfaces/${encodeURIComponent(id)}/records`
  return key === undefined ? records : `${records}/${encodeURIComponent(key)}`
}

export async function getRecordForm(signal: AbortSignal, id: string): Promise<RecordForm> {
  const { data } = await client.get<RecordForm>(`/interfaces/${encodeURIComponent(id)}/record`, {
    signal,
  })
  return data
}

export async function getRecord(
  signal: AbortSignal,
  id: string,
  key: string,
): Promise<StoredRecord> {
  const { data } = await client.get<StoredRecord>(path(id, key), { signal })
  return data
}

/** Make a new one; its key is among the values, or made by the database. */
export async function createRecord(
  signal: AbortSignal,
  id: string,
  values: RecordValues,
): Promise<StoredRecord> {
  const { data } = await client.post<StoredRecord>(path(id), { values }, { signal })
  return data
}

/** Change what is given, if it is still as it was read; without a tag, whatever became of it. */
export async function saveRecord(
  signal: AbortSignal,
  id: string,
  key: string,
  values: RecordValues,
  etag: string | null,
): Promise<StoredRecord> {
  const headers = etag ? { 'If-Match': etag } : { 'If-None-Match': '*' }
  const { data } = await client.post<StoredRecord>(path(id, key), { values }, { signal, headers })
  return data
}

export async function deleteRecord(
  signal: AbortSignal,
  id: string,
  key: string,
  etag: string,
): Promise<true> {
  await client.delete(path(id, key), { signal, headers: { 'If-Match': etag } })
  return true
}
