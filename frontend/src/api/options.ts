import { client } from './client'
import type { OptionList, OptionValue } from './types'

export interface OptionQuestion {
  /** What the user typed, looked up on the server. */
  q?: string
  /** Values whose labels are wanted, whatever else the list holds. */
  value?: OptionValue[]
  /** Values of the criteria that the list depends on. */
  dependencies?: Record<string, OptionValue[]>
}

export async function listOptions(
  signal: AbortSignal,
  url: string,
  { q, value, dependencies = {} }: OptionQuestion = {},
): Promise<OptionList> {
  const params = { ...dependencies, ...(q && { q }), ...(value && { value }) }
  const { data } = await client.get<OptionList>(url, { signal, params })
  return data
}
