import { client } from './client'
import type { InterfaceForm, InterfaceSummary } from './types'

export async function listInterfaces(signal: AbortSignal): Promise<InterfaceSummary[]> {
  const { data } = await client.get<InterfaceSummary[]>('/interfaces', { signal })
  return data
}

export async function getInterface(signal: AbortSignal, id: string): Promise<InterfaceForm> {
  const { data } = await client.get<InterfaceForm>(`/interfaces/${encodeURIComponent(id)}`, {
    signal,
  })
  return data
}
