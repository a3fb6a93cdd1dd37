import { fireEvent, screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { defined, renderPage } from '@/testing/render'
import { onPost, problem } from '@/testing/server'
import NewUserPanel from './NewUserPanel.vue'

const ADDED = /^bob may sign in$/

async function fill(user: string, password: string) {
  await userEvent.type(screen.getByLabelText('User name'), user)
  await userEvent.type(screen.getByLabelText('First password'), password)
}

it('adds a user once, however often Enter is pressed, and forgets the password', async () => {
  const asked = onPost('/user', { user: 'bob' })
  const { container } = await renderPage(NewUserPanel)
  await fill(' bob ', 'secret')
  const form = defined(container.querySelector('form'))
  await Promise.all([fireEvent.submit(form), fireEvent.submit(form)])
  expect(await screen.findByText(ADDED)).toBeInTheDocument()
  expect(asked.map(({ body }) => body)).toEqual([{ user: 'bob', password: 'secret' }])
  expect(screen.getByLabelText('First password')).toHaveValue('')
})

it('says of the next one who is refused why, and no longer that the one before was added', async () => {
  onPost('/user', { user: 'bob' })
  await renderPage(NewUserPanel)
  await fill('bob', 'secret{Enter}')
  await screen.findByText(ADDED)
  onPost('/user', () => problem(422, { errors: [{ pointer: '/user', detail: 'Taken.' }] }))
  await fill('carol', 'secret{Enter}')
  await waitFor(() =>
    expect(screen.getByLabelText('User name')).toHaveAccessibleDescription('Taken.'),
  )
  expect(screen.queryByText(ADDED)).toBeNull()
  expect(screen.getByLabelText('User name')).toHaveValue('carol')
})
