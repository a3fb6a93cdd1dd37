import { http, HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { server } from '@/testing/server'
import { client } from './client'

const WAIT = { 'retry-after': '0' }

function refuse(type: string, times: number, headers: Record<string, string> = WAIT): string[] {
  const asked: string[] = []
  server.use(
    http.post('*/api/v1/count', async ({ request }) => {
      asked.push(await request.text())
      if (asked.length > times) return HttpResponse.json({ count: 7 })
      return HttpResponse.json({ type: `urn:guichet:problem:${type}` }, { status: 429, headers })
    }),
  )
  return asked
}

describe('a request that was one too many', () => {
  it('is sent again as it was after the wait', async () => {
    const asked = refuse('too-many-requests', 2)
    const { data } = await client.post<{ count: number }>('/count', { criteria: { name: 'é' } })
    expect(data.count).toBe(7)
    expect(asked).toEqual(Array(3).fill('{"criteria":{"name":"é"}}'))
  })

  it('fails when it still is after three more tries', async () => {
    const asked = refuse('too-many-requests', 99)
    await expect(client.post('/count', {})).rejects.toMatchObject({ response: { status: 429 } })
    expect(asked).toHaveLength(4)
  })

  it.each([
    ['too-many-attempts', WAIT],
    ['too-many-requests', { 'retry-after': '600' }],
    ['too-many-requests', {}],
  ])('is not sent again when it is %s with %o', async (type, headers) => {
    const asked = refuse(type, 99, headers)
    await expect(client.post('/count', {})).rejects.toMatchObject({ response: { status: 429 } })
    expect(asked).toHaveLength(1)
  })

  it('is not sent again when nobody waits for it', async () => {
    const asked = refuse('too-many-requests', 99, { 'retry-after': '30' })
    const leaving = new AbortController()
    const sent = client.post('/count', {}, { signal: leaving.signal })
    setTimeout(() => leaving.abort(), 100)
    await expect(sent).rejects.toThrow()
    expect(asked).toHaveLength(1)
  })
})
