import { client } from './client'
import type { User } from './types'

export async function getUser(signal: AbortSignal): Promise<User> {
  const { data } = await client.get<User>('/user', { signal })
  return data
}
