import { client } from './client'
import type { Cell } from './types'

export type RecordFieldType =
  'text' | 'multiline' | 'number' | 'date' | 'datetime' | 'boolean' | 'select' | 'list'

export type RecordValue = Cell | string[]
export type RecordValues = Record<string, RecordValue>

export interface RecordField {
  name: string
  type: RecordFieldType
  label: string
  help: string | null
  placeholder: string | null
  required: boolean
  default: RecordValue
  /** Characters that the database has room for. */
  max_length: number | null
  /** Only whole numbers go in. */
  whole: boolean
  /** Chosen for a new record, fixed ever after. */
  is_key: boolean
  /** The values of a select that has no list to load. */
  choices: string[]
  options: { url: string; search: boolean } | null
}

export interface RecordForm {
  title: string
  key: string[]
  fields: RecordField[]
  /** Where dates with a time are. */
  time_zone: string
}

export interface StoredRecord {
  key: string
  values: RecordValues
  /** For If-Match: it changes with every change of the record. */
  etag: string
}

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
