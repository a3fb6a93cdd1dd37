import { client } from './client'
import type { User } from './types'

export async function getUser(signal: AbortSignal): Promise<User> {
  const { data } = await client.get<User>('/user', { signal })
  return data
}

/** Set where the user's mails go to; null for the portal's own address. */
export async function changeEmail(signal: AbortSignal, email: string | null): Promise<User> {
  const { data } = await client.patch<User>('/user', { email }, { signal })
  return data
}

/** Confirm an address by the token of the mail that it got. */
export async function confirmEmail(signal: AbortSignal, token: string): Promise<User> {
  const { data } = await client.post<User>('/user/email', { token }, { signal })
  return data
}
