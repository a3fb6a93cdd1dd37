import { fireEvent, screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Token } from '@/api/types'
import { renderPage } from '@/testing/render'
import { problem, server } from '@/testing/server'
import TokenItem from './TokenItem.vue'

const TOKEN: Token = {
  id: 't-1',
  name: 'notebook',
  scopes: ['read'],
  state: 'active',
  created_at: '2026-01-01T00:00:00Z',
  expires_at: '2026-12-31T00:00:00Z',
  last_used_at: null,
}

async function renderToken(answer: () => Response, about: Partial<Token> = {}) {
  const deleted: string[] = []
  const revoked = ref(0)
  server.use(
    http.delete('*/api/v1/user/tokens/:id', ({ params }) => {
      deleted.push(String(params.id))
      return answer()
    }),
  )
  await renderPage(() =>
    h(TokenItem, { token: { ...TOKEN, ...about }, onRevoked: () => revoked.value++ }),
  )
  return { deleted, revoked, button: screen.getByRole('button') }
}

const done = () => new HttpResponse(null, { status: 204 })

it('is revoked by two clicks, of which a double click is one', async () => {
  const { deleted, revoked, button } = await renderToken(done)
  expect(button).toHaveAccessibleName('Revoke notebook')
  await userEvent.dblClick(button)
  expect(button).toHaveAccessibleName('Confirm revocation')
  expect(deleted).toEqual([])
  await fireEvent.click(button, { detail: 1 })
  await waitFor(() => expect(revoked.value).toBe(1))
  expect(deleted).toEqual(['t-1'])
})

it('asks anew once the button was left', async () => {
  const { button } = await renderToken(done)
  await userEvent.click(button)
  await userEvent.tab()
  expect(button).toHaveAccessibleName('Revoke notebook')
})

it('is over, too, where it was revoked elsewhere', async () => {
  const { revoked, button } = await renderToken(() => problem(404))
  await fireEvent.click(button)
  await fireEvent.click(button)
  await waitFor(() => expect(revoked.value).toBe(1))
})

it('stays, and says why, where it could not be revoked', async () => {
  const { revoked, button } = await renderToken(() => problem(503))
  await fireEvent.click(button)
  await fireEvent.click(button)
  expect(await screen.findByRole('alert')).not.toBeEmptyDOMElement()
  expect(revoked.value).toBe(0)
})

it('says that it is over, and whether it was used', async () => {
  await renderToken(done, { state: 'stopped' })
  expect(screen.getByText('stopped: the password was changed · never used')).toBeVisible()
})
