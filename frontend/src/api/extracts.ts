import type { AxiosResponse } from 'axios'
import { client, linkTo } from './client'
import type { Extract, NewExtract } from './types'

function path(id: string): string {
  return `/extracts/${encodeURIComponent(id)}`
}

/** The archive is downloaded by the browser itself, so that it can resume: its address is made whole. */
function whole(extract: Extract, { config }: AxiosResponse): Extract {
  const { archive_url: url } = extract
  return { ...extract, archive_url: url && linkTo(url, config.baseURL ?? '') }
}

/** The latest, the newest first. */
export async function listExtracts(signal: AbortSignal): Promise<Extract[]> {
  const answer = await client.get<Extract[]>('/extracts', { signal })
  return answer.data.map((one) => whole(one, answer))
}

export async function getExtract(signal: AbortSignal, id: string): Promise<Extract> {
  const answer = await client.get<Extract>(path(id), { signal })
  return whole(answer.data, answer)
}

/** Queue one; the same, asked for again while it is under way, is the one that there is. */
export async function createExtract(signal: AbortSignal, asked: NewExtract): Promise<Extract> {
  const answer = await client.post<Extract>('/extracts', asked, { signal })
  return whole(answer.data, answer)
}

export async function cancelExtract(signal: AbortSignal, id: string): Promise<true> {
  await client.delete(path(id), { signal })
  return true
}

/** Send the mail about it once more. */
export async function deliverExtract(signal: AbortSignal, id: string): Promise<Extract> {
  const answer = await client.post<Extract>(`${path(id)}/deliver`, {}, { signal })
  return whole(answer.data, answer)
}
