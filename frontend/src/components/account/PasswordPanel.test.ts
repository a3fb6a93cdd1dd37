import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { expect, it } from 'vitest'
import { h, provide, ref } from 'vue'
import { sessionKey, useSession } from '@/composables/app/useSession'
import { renderPage } from '@/testing/render'
import { onPost, problem } from '@/testing/server'
import PasswordPanel from './PasswordPanel.vue'

async function renderPanel() {
  const changes = ref(0)
  await renderPage({
    setup() {
      provide(sessionKey, useSession())
      return () => h(PasswordPanel, { onChanged: () => changes.value++ })
    },
  })
  const fields = ['Current password', 'New password', 'New password again'].map((name) =>
    screen.getByLabelText(name, { exact: true }),
  )
  async function fill(...texts: string[]) {
    for (const [at, field] of fields.entries()) await userEvent.type(field, texts[at] ?? '')
    await userEvent.click(screen.getByRole('button', { name: 'Change password' }))
  }
  return { changes, fields, fill }
}

it('is changed with the present one and the new one twice, and leaves none of them behind', async () => {
  const asked = onPost('/user/password', () => new HttpResponse(null, { status: 204 }))
  const { changes, fields, fill } = await renderPanel()
  await fill('old', 'new', 'new')
  await waitFor(() => expect(changes.value).toBe(1))
  expect(asked[0]?.body).toEqual({ current: 'old', password: 'new' })
  for (const field of fields) expect(field).toHaveValue('')
})

it('is not sent where the two differ', async () => {
  const asked = onPost('/user/password', () => new HttpResponse(null, { status: 204 }))
  const { fields, fill } = await renderPanel()
  await fill('old', 'new', 'nwe')
  expect(fields[2]).toHaveAccessibleDescription('The two are not the same.')
  expect(asked).toEqual([])
})

it('says beside its field what was refused, and keeps what was typed', async () => {
  const errors = [{ pointer: '/current', detail: 'This is not your password.' }]
  onPost('/user/password', () => problem(422, { errors }))
  const { changes, fields, fill } = await renderPanel()
  await fill('old', 'new', 'new')
  await waitFor(() =>
    expect(fields[0]).toHaveAccessibleDescription(expect.stringContaining('not your password')),
  )
  expect(fields[1]).toHaveValue('new')
  expect(changes.value).toBe(0)
})
