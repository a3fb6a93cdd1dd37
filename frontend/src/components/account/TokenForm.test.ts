import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h } from 'vue'
import type { MadeToken } from '@/api/types'
import { renderPage } from '@/testing/render'
import { onPost, problem } from '@/testing/server'
import TokenForm from './TokenForm.vue'

async function renderForm() {
  const made: MadeToken[] = []
  await renderPage(() => h(TokenForm, { onMade: (token: MadeToken) => made.push(token) }))
  const name = screen.getByRole('textbox', { name: 'Name' })
  return { made, name, make: screen.getByRole('button', { name: /token/i }) }
}

it('wants a name, asks for what was chosen, and is empty for the next one', async () => {
  const asked = onPost('/user/tokens', { id: 't-1', name: 'notebook', token: 'secret' })
  const { made, name, make } = await renderForm()
  await userEvent.click(make)
  expect(name).toHaveAttribute('aria-invalid', 'true')
  expect(name).toHaveFocus()
  expect(asked).toEqual([])

  await userEvent.type(name, ' notebook ')
  await userEvent.click(screen.getByLabelText('request extracts and download them'))
  await userEvent.click(make)
  await waitFor(() => expect(made).toHaveLength(1))
  expect(asked[0]?.body).toEqual({ name: 'notebook', scopes: ['read', 'extract'], days: 90 })
  expect(name).toHaveValue('')
})

it('keeps the name that was refused, and says why beside it', async () => {
  const errors = [{ pointer: '/name', detail: 'There is one of this name.' }]
  onPost('/user/tokens', () => problem(422, { errors }))
  const { made, name, make } = await renderForm()
  await userEvent.type(name, 'notebook')
  await userEvent.click(make)
  expect(await screen.findByText('There is one of this name.')).toBeVisible()
  expect(name).toHaveValue('notebook')
  expect(made).toEqual([])
})
