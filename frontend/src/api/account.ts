import { client } from './client'
import type { MadeToken, NewToken, Token } from './types'

export async function listTokens(signal: AbortSignal): Promise<Token[]> {
  const { data } = await client.get<Token[]>('/user/tokens', { signal })
  return data
}

export async function createToken(signal: AbortSignal, wanted: NewToken): Promise<MadeToken> {
  const { data } = await client.post<MadeToken>('/user/tokens', wanted, { signal })
  return data
}

export async function revokeToken(signal: AbortSignal, id: string): Promise<true> {
  await client.delete(`/user/tokens/${id}`, { signal })
  return true
}

export async function changePassword(
  signal: AbortSignal,
  current: string,
  password: string,
): Promise<true> {
  await client.post('/user/password', { current, password }, { signal })
  return true
}

export async function addUser(
  signal: AbortSignal,
  user: string,
  password: string,
): Promise<{ user: string }> {
  const { data } = await client.post<{ user: string }>('/user', { user, password }, { signal })
  return data
}

/**
 * Have the browser use another password from now on: it takes one that a request is given, if the portal accepts it.
 * Where it doesn't, it asks for it at the next request.
 */
export function rememberPassword(user: string, password: string): Promise<void> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('GET', '/config.json', true, user, password)
    request.onloadend = () => resolve()
    request.send()
  })
}
