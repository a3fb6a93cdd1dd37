/** The portal's API, as far as a test needs it, answered at the network. */
import { http, HttpResponse, type JsonBodyType } from 'msw'
import { setupServer } from 'msw/node'

const ROOT = '*/api/v1'

export const server = setupServer(
  http.get('*/config.json', () => HttpResponse.json({ api: '/api/v1' })),
  http.get(`${ROOT}/extracts`, () => HttpResponse.json([])),
  http.get(`${ROOT}/saved-searches`, () => HttpResponse.json([])),
  http.get(`${ROOT}/user`, () =>
    HttpResponse.json({
      user: 'anne',
      groups: ['sales'],
      email: null,
      mails: true,
      archive_passwords: true,
      author: false,
    }),
  ),
)

export interface Asked {
  url: URL
  body: unknown
  /** The language that the answer was asked in. */
  language: string | null
}

type Resolver = (asked: Asked) => Response | Promise<Response>
type Answer = JsonBodyType | Resolver

function isResolver(how: Answer): how is Resolver {
  return typeof how === 'function'
}

async function readBody(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? ''
  if (type.startsWith('application/json')) return request.clone().json()
  return type.startsWith('text/plain') ? request.clone().text() : null
}

async function answer(request: Request, how: Answer, seen: Asked[]): Promise<Response> {
  const body = await readBody(request)
  const language = request.headers.get('accept-language')
  const asked = { url: new URL(request.url), body, language }
  seen.push(asked)
  if (isResolver(how)) return how(asked)
  return new Response(JSON.stringify(how), { headers: { 'content-type': 'application/json' } })
}

/** Answer a path of the API; returns what was asked, in order. */
export function onGet(path: string, how: Answer): Asked[] {
  const seen: Asked[] = []
  server.use(http.get(`${ROOT}${path}`, ({ request }) => answer(request, how, seen)))
  return seen
}

export function onPost(path: string, how: Answer): Asked[] {
  const seen: Asked[] = []
  server.use(http.post(`${ROOT}${path}`, ({ request }) => answer(request, how, seen)))
  return seen
}

export function onPatch(path: string, how: Answer): Asked[] {
  const seen: Asked[] = []
  server.use(http.patch(`${ROOT}${path}`, ({ request }) => answer(request, how, seen)))
  return seen
}

export function onDelete(path: string, how: Answer): Asked[] {
  const seen: Asked[] = []
  server.use(http.delete(`${ROOT}${path}`, ({ request }) => answer(request, how, seen)))
  return seen
}

export function problem(status: number, body: object = {}, headers: Record<string, string> = {}) {
  return HttpResponse.json({ status, ...body }, { status, headers })
}
