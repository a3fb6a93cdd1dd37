import { client } from './client'
import type { CountAnswer, Criteria, Dialect, SearchResult, SortKey, Summary } from './types'

function path(
  id: string,
  action: 'count' | 'search' | 'csv' | 'xlsx' | 'summary' | 'unmatched',
): string {
  return `/interfaces/${encodeURIComponent(id)}/${action}`
}

export async function countRows(
  signal: AbortSignal,
  id: string,
  criteria: Criteria,
): Promise<CountAnswer> {
  const { data } = await client.post<CountAnswer>(path(id, 'count'), { criteria }, { signal })
  return data
}

/** The planner's guess: at once, and near enough to decide whether to refine. */
export async function estimateRows(
  signal: AbortSignal,
  id: string,
  criteria: Criteria,
): Promise<CountAnswer> {
  const params = { estimate: 1 }
  const { data } = await client.post<CountAnswer>(
    path(id, 'count'),
    { criteria },
    { signal, params },
  )
  return data
}

/** The rows; with `extract`, a result too large to show goes to a file by itself. */
export async function searchRows(
  signal: AbortSignal,
  id: string,
  criteria: Criteria,
  sort: SortKey[],
  extract = false,
): Promise<SearchResult> {
  const { data } = await client.post<SearchResult>(
    path(id, 'search'),
    { criteria, sort, extract },
    { signal },
  )
  return data
}

export interface FileQuestion {
  criteria: Criteria
  sort: SortKey[]
  /** Names of the columns, in the order of the table. */
  columns: string[]
}

export interface CsvQuestion extends FileQuestion {
  dialect: Partial<Dialect>
}

export interface DownloadedFile {
  content: Blob
  filename: string
}

/** The server writes every CSV, so that one from the table has the same bytes as any other. */
export async function fetchCsv(
  signal: AbortSignal,
  id: string,
  question: CsvQuestion,
): Promise<DownloadedFile> {
  return fetchFile(signal, id, 'csv', question)
}

export async function fetchXlsx(
  signal: AbortSignal,
  id: string,
  question: FileQuestion,
): Promise<DownloadedFile> {
  return fetchFile(signal, id, 'xlsx', question)
}

/** The values of a criterion that a search does not find: of those that were pasted. */
export async function fetchUnmatchedOf(
  signal: AbortSignal,
  id: string,
  criterion: string,
  criteria: Criteria,
): Promise<DownloadedFile> {
  const answer = await client.post<Blob>(
    path(id, 'unmatched'),
    { criteria },
    { signal, params: { criterion }, responseType: 'blob' },
  )
  const disposition: unknown = answer.headers['content-disposition']
  return { content: answer.data, filename: filenameIn(disposition) ?? 'not_found.csv' }
}

async function fetchFile(
  signal: AbortSignal,
  id: string,
  kind: 'csv' | 'xlsx',
  question: FileQuestion,
): Promise<DownloadedFile> {
  const answer = await client.post<Blob>(path(id, kind), question, { signal, responseType: 'blob' })
  const disposition: unknown = answer.headers['content-disposition']
  return { content: answer.data, filename: filenameIn(disposition) ?? `${id}.${kind}` }
}

/** A file that is there to be fetched, under the server's name for it. */
export async function fetchDownload(
  signal: AbortSignal,
  url: string,
  otherwise: string,
): Promise<DownloadedFile> {
  const answer = await client.get<Blob>(url, { signal, responseType: 'blob' })
  const disposition: unknown = answer.headers['content-disposition']
  return { content: answer.data, filename: filenameIn(disposition) ?? otherwise }
}

/** What columns hold over the whole result, shown or not. */
export async function summarize(
  signal: AbortSignal,
  id: string,
  criteria: Criteria,
  columns: string[],
): Promise<Summary> {
  const { data } = await client.post<Summary>(
    path(id, 'summary'),
    { criteria, columns },
    { signal },
  )
  return data
}

function filenameIn(disposition: unknown): string | null {
  if (typeof disposition !== 'string') return null
  return /filename="?([^";]+)"?/.exec(disposition)?.[1] ?? null
}
