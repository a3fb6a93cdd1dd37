/** The one axios instance. It asks /config.json where the API is, once, before its first request. */
import axios, { AxiosHeaders, type AxiosRequestConfig } from 'axios'
import { retryRateLimited } from './rateLimitRetry'

export const client = axios.create({
  // Repeated keys for many values (`country=33&country=32`), as the API reads them.
  paramsSerializer: { indexes: null },
  // The browser's remembered sign-in goes along also when the API has an origin of its own.
  withCredentials: true,
})

retryRateLimited(client)

/** axios copies bodies without what is called `constructor` or `__proto__`, which authors' names may be. */
for (const method of ['post', 'patch'] as const) {
  const send = client[method].bind(client) as (
    url: string,
    body?: unknown,
    config?: AxiosRequestConfig,
  ) => Promise<unknown>
  const sendAsText = (url: string, body?: unknown, config: AxiosRequestConfig = {}) => {
    if (!isPlain(body)) return send(url, body, config)
    const headers = AxiosHeaders.from(config.headers as AxiosHeaders | undefined)
    headers.setContentType('application/json')
    return send(url, JSON.stringify(body), { ...config, headers })
  }
  client[method] = sendAsText as (typeof client)[typeof method]
}

function isPlain(body: unknown): boolean {
  return (
    typeof body === 'object' && body !== null && Object.getPrototypeOf(body) === Object.prototype
  )
}

let apiBase: Promise<string> | null = null

client.interceptors.request.use(async (request) => {
  apiBase ??= findApiBase()
  const base = await apiBase
  request.baseURL = base
  request.url = withoutBase(request.url ?? '', base)
  // Titles, labels and headings come in the language of the page, which need not be the browser's.
  request.headers.set('Accept-Language', document.documentElement.lang || 'en')
  return request
})

async function findApiBase(): Promise<string> {
  try {
    const answer = await fetch('/config.json')
    const config = (await answer.json()) as { api?: string }
    return config.api ?? '/api/v1'
  } catch {
    return '/api/v1'
  }
}

/** The API names its own addresses from its root (`/api/v1/interfaces/…`): axios would add the base again. */
function withoutBase(url: string, base: string): string {
  for (const prefix of [base, '/api/v1']) {
    if (url.startsWith(`${prefix}/`)) return url.slice(prefix.length)
  }
  return url
}

/** Where a link of an answer leads: to the API, which may have an origin of its own. */
export function linkTo(url: string, base: string): string {
  return new URL(`${base}${withoutBase(url, base)}`, window.location.href).href
}
