import { client } from './client'
import type { CountAnswer, Criteria, Dialect, SearchResult, SortKey } from './types'

function path(id: string, action: 'count' | 'search' | 'csv'): string {
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

export async function searchRows(
  signal: AbortSignal,
  id: string,
  criteria: Criteria,
  sort: SortKey[],
): Promise<SearchResult> {
  const { data } = await client.post<SearchResult>(
    path(id, 'search'),
    { criteria, sort },
    { signal },
  )
  return data
}

export interface CsvQuestion {
  criteria: Criteria
  sort: SortKey[]
  /** Names of the columns, in the order of the table. */
  columns: string[]
  dialect: Partial<Dialect>
}

export interface CsvFile {
  content: Blob
  filename: string
}

/** The server writes every CSV, so that one from the table has the same bytes as any other. */
export async function fetchCsv(
  signal: AbortSignal,
  id: string,
  question: CsvQuestion,
): Promise<CsvFile> {
  const answer = await client.post<Blob>(path(id, 'csv'), question, {
    signal,
    responseType: 'blob',
  })
  const disposition: unknown = answer.headers['content-disposition']
  return { content: answer.data, filename: filenameIn(disposition) ?? `${id}.csv` }
}

function filenameIn(disposition: unknown): string | null {
  if (typeof disposition !== 'string') return null
  return /filename="?([^";]+)"?/.exec(disposition)?.[1] ?? null
}
