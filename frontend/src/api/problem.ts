/** Every way in which a request fails, as one kind of error that the page can put in words. */
import { isAxiosError, isCancel, type AxiosResponse } from 'axios'

export interface FieldError {
  /** A JSON pointer into the request, such as `/criteria/created/from`. */
  pointer: string
  detail: string
}

export type ProblemKind =
  | 'cancelled'
  | 'offline'
  | 'unreachable'
  | 'signed-out'
  | 'forbidden'
  | 'conflict'
  | 'broken'
  | 'portal-away'
  | 'not-found'
  | 'too-large'
  | 'invalid'
  | 'too-many-requests'
  | 'unavailable'
  | 'timeout'
  | 'failed'

interface ProblemBody {
  type?: string
  title?: string
  detail?: string
  request_id?: string
  retryable?: boolean
  errors?: FieldError[]
}

const KINDS: Record<number, ProblemKind> = {
  400: 'invalid',
  401: 'signed-out',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
  422: 'invalid',
  429: 'too-many-requests',
  502: 'unreachable',
  503: 'unavailable',
  504: 'timeout',
}

/** What the status alone doesn't tell, by the last part of the problem's type. */
const KINDS_OF_TYPES: Record<string, ProblemKind> = {
  'interface-broken': 'broken',
  'portal-database': 'portal-away',
}

const WORTH_RETRYING: ReadonlySet<ProblemKind> = new Set([
  'offline',
  'unreachable',
  'too-many-requests',
  'unavailable',
  'portal-away',
  'timeout',
])

export class ApiProblem extends Error {
  readonly kind: ProblemKind
  readonly status: number | null
  readonly title: string | null
  readonly detail: string | null
  readonly requestId: string | null
  readonly retryAfterSeconds: number | null
  readonly errors: readonly FieldError[]
  private readonly retryable: boolean | null

  constructor(
    kind: ProblemKind,
    status: number | null = null,
    body: ProblemBody = {},
    retryAfterSeconds: number | null = null,
  ) {
    super(body.detail ?? body.title ?? kind)
    this.name = 'ApiProblem'
    this.kind = kind
    this.status = status
    this.title = body.title ?? null
    this.detail = body.detail ?? null
    this.requestId = body.request_id ?? null
    this.retryable = body.retryable ?? null
    this.retryAfterSeconds = retryAfterSeconds
    this.errors = body.errors ?? []
  }

  /** Whether the same request may well succeed when it is sent again. */
  get isRetryable(): boolean {
    return this.retryable ?? WORTH_RETRYING.has(this.kind)
  }

  get isCancelled(): boolean {
    return this.kind === 'cancelled'
  }
}

/** Turn whatever was thrown while a request ran into an ApiProblem. */
export async function toProblem(error: unknown): Promise<ApiProblem> {
  if (error instanceof ApiProblem) return error
  if (isCancel(error)) return new ApiProblem('cancelled')
  if (isAxiosError(error)) {
    if (error.response) return fromResponse(error.response)
    return new ApiProblem(navigator.onLine ? 'unreachable' : 'offline')
  }
  return new ApiProblem('failed', null, { detail: error instanceof Error ? error.message : '' })
}

async function fromResponse(response: AxiosResponse<unknown>): Promise<ApiProblem> {
  const body = await readBody(response.data)
  const type = body.type?.split(':').at(-1) ?? ''
  const kind = KINDS_OF_TYPES[type] ?? KINDS[response.status] ?? 'failed'
  return new ApiProblem(kind, response.status, body, retryAfter(response.headers['retry-after']))
}

/** A download's error arrives as a blob, a proxy's as HTML: neither may hide the problem itself. */
async function readBody(data: unknown): Promise<ProblemBody> {
  if (data instanceof Blob) return parseBody(await data.text())
  if (typeof data === 'string') return parseBody(data)
  return typeof data === 'object' && data !== null ? data : {}
}

function parseBody(text: string): ProblemBody {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}

function retryAfter(header: unknown): number | null {
  if (typeof header !== 'string') return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000))
}
