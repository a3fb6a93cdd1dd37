import { client } from './client'
import { MISSING } from '@/criteria/fields'
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
  const params = new URLSearchParams()
  for (const [name, values] of spelled(dependencies)) {
    for (const one of values) params.append(name, String(one))
  }
  if (q) params.append('q', q)
  for (const one of value ?? []) if (one !== MISSING) params.append('value', String(one))
  const { data } = await client.get<SentList>(url, { signal, params })
  return {
    ...data,
    options: data.options.map((option) => ({ ...option, value: option.value ?? MISSING })),
  }
}

/** Options as they come: null is the value of the one for rows that have none. */
type SentList = Omit<OptionList, 'options'> & {
  options: { value: OptionValue | null; label: string }[]
}

/** As an address names them: `code.is=empty`, since `code=` is a field that is left blank. */
function spelled(dependencies: Record<string, OptionValue[]>): [string, OptionValue[]][] {
  return Object.entries(dependencies).flatMap(([name, values]) => [
    [name, values.filter((value) => value !== '' && value !== MISSING)],
    [
      `${name}.is`,
      values.flatMap((value) => (value === '' ? 'empty' : value === MISSING ? 'missing' : [])),
    ],
  ])
}
