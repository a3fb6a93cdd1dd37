/**
 * Requests that were one too many wait as long as the portal says, and are sent once more. They were refused before
 * anything was done, so that is safe for all of them; wrong passwords are not among them.
 */
import axios, { type AxiosError, type AxiosInstance, type GenericAbortSignal } from 'axios'

const MOST_TRIES = 3
const MOST_SECONDS = 60

declare module 'axios' {
  interface AxiosRequestConfig {
    tries?: number
  }
}

export function retryRateLimited(client: AxiosInstance): void {
  client.interceptors.response.use(undefined, async (error: Error) => {
    const config = axios.isAxiosError(error) ? error.config : undefined
    const seconds = axios.isAxiosError(error) ? waitOf(error) : null
    if (seconds === null || !config) throw error
    await pause(seconds, config.signal, error)
    return client.request({ ...config, tries: (config.tries ?? 0) + 1 })
  })
}

/** The seconds to wait before another try; null where it would not help. */
function waitOf({ response, config }: AxiosError): number | null {
  if (response?.status !== 429 || (config?.tries ?? 0) >= MOST_TRIES) return null
  const { type } = (response.data ?? {}) as { type?: string }
  const seconds = Number(response.headers['retry-after'])
  if (type !== 'urn:guichet:problem:too-many-requests' || !(seconds <= MOST_SECONDS)) return null
  return seconds
}

function pause(
  seconds: number,
  signal: GenericAbortSignal | undefined,
  error: Error,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000)
    signal?.addEventListener?.('abort', () => {
      clearTimeout(timer)
      reject(error)
    })
  })
}
