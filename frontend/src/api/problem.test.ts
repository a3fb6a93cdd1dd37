import { describe, expect, it } from 'vitest'
import { http, HttpResponse } from 'msw'
import { onGet, onPost, problem, server } from '@/testing/server'
import { getUser } from './user'
import { fetchCsv, searchRows } from './search'
import { toProblem, type ApiProblem, type ProblemKind } from './problem'

const signal = new AbortController().signal

async function failureOf(promise: Promise<unknown>): Promise<ApiProblem> {
  return promise.then(
    () => Promise.reject(new Error('it was answered')),
    (error: unknown) => toProblem(error),
  )
}

describe('a failed request', () => {
  it.each<[number, ProblemKind, boolean]>([
    [400, 'invalid', false],
    [401, 'signed-out', false],
    [403, 'forbidden', false],
    [404, 'not-found', false],
    [409, 'conflict', false],
    [413, 'too-large', false],
    [422, 'invalid', false],
    [429, 'too-many-requests', true],
    [500, 'failed', false],
    [503, 'unavailable', true],
    [504, 'timeout', true],
  ])('with status %d is %s', async (status, kind, isRetryable) => {
    onGet('/user', () => problem(status))
    const failure = await failureOf(getUser(signal))
    expect(failure).toMatchObject({ kind, status, isRetryable })
  })

  it.each<[string, ProblemKind]>([
    ['urn:guichet:problem:interface-broken', 'broken'],
    ['urn:guichet:problem:portal-database', 'portal-away'],
    ['urn:guichet:problem:source-unavailable', 'unavailable'],
  ])('of type %s is %s', async (type, kind) => {
    onGet('/user', () => problem(503, { type }))
    expect(await failureOf(getUser(signal))).toMatchObject({ kind })
  })

  it('carries what the server said, and how long it asked to wait', async () => {
    const errors = [{ pointer: '/criteria/name', detail: 'Too short.' }]
    const body = { title: 'Wrong', detail: 'One is wrong.', request_id: 'r-1', retryable: true }
    onPost('/interfaces/labs/search', () =>
      problem(422, { ...body, errors }, { 'retry-after': '7' }),
    )
    expect(await failureOf(searchRows(signal, 'labs', {}, []))).toMatchObject({
      title: 'Wrong',
      detail: 'One is wrong.',
      requestId: 'r-1',
      isRetryable: true,
      retryAfterSeconds: 7,
      errors,
    })
  })

  it('is told from a download too, whose body is a blob', async () => {
    onPost('/interfaces/labs/csv', () => problem(413, { detail: 'Too many rows.' }))
    const question = { criteria: {}, sort: [], columns: [], dialect: {} }
    expect(await failureOf(fetchCsv(signal, 'labs', question))).toMatchObject({
      kind: 'too-large',
      detail: 'Too many rows.',
    })
  })

  it('needs no body in the right form', async () => {
    server.use(http.get('*/api/v1/user', () => new HttpResponse('<h1>Bad</h1>', { status: 502 })))
    expect(await failureOf(getUser(signal))).toMatchObject({ kind: 'unreachable', detail: null })
  })

  it('without an answer is unreachable', async () => {
    server.use(http.get('*/api/v1/user', () => HttpResponse.error()))
    expect(await failureOf(getUser(signal))).toMatchObject({
      kind: 'unreachable',
      isRetryable: true,
    })
  })

  it('that was aborted is cancelled', async () => {
    const controller = new AbortController()
    controller.abort()
    expect(await failureOf(getUser(controller.signal))).toMatchObject({ kind: 'cancelled' })
  })
})
