import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import App from '@/App.vue'
import { renderPage } from '@/testing/render'
import { onGet, problem, server } from '@/testing/server'

function onPatch(answer: (email: unknown) => Response) {
  server.use(
    http.patch('*/api/v1/user', async ({ request }) =>
      answer(((await request.json()) as { email: unknown }).email),
    ),
  )
}

async function openDialog() {
  onGet('/interfaces', [])
  await renderPage(App)
  await userEvent.click(await screen.findByRole('button', { name: 'Signed in as anne' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Set an email address' }))
  return screen.findByRole('textbox', { name: 'Email address' })
}

describe('the address that mails go to', () => {
  it('is set, and shown from then on', async () => {
    onPatch((email) => HttpResponse.json({ user: 'anne', groups: [], email, author: false }))
    await userEvent.type(await openDialog(), 'anne@example.com{Enter}')
    await waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('Mails go to anne@'))
    expect(screen.getByText('anne@example.com')).toBeInTheDocument()
  })

  it('is told to wait for its confirmation', async () => {
    onPatch((email) =>
      HttpResponse.json({
        user: 'anne',
        groups: [],
        email: null,
        email_pending: email,
        author: false,
      }),
    )
    await userEvent.type(await openDialog(), 'anne@example.com{Enter}')
    await waitFor(() =>
      expect(screen.getByRole('status')).toHaveTextContent('anne@example.com got a mail'),
    )
    expect(screen.getByText('To be confirmed: anne@example.com')).toBeInTheDocument()
  })

  it.each([
    ['anne', 'This is not an email address.'],
    ['anne@else.where', 'The portal does not send mails there. Only to example.com.'],
  ])('is told at its field when it is wrong: %s', async (typed, text) => {
    const errors = [{ pointer: '/email', detail: 'Only to example.com.' }]
    onPatch(() => problem(422, { errors }))
    const field = await openDialog()
    await userEvent.type(field, `${typed}{Enter}`)
    await waitFor(() => expect(field).toHaveAccessibleDescription(expect.stringContaining(text)))
    expect(field).toBeInvalid()
  })
})
