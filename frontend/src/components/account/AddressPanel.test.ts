import { screen, waitFor } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'
import App from '@/App.vue'
import { renderPage } from '@/testing/render'
import { onGet, onPost, problem } from '@/testing/server'

const ANNE = {
  user: 'anne',
  groups: [],
  email: 'anne@shop.example',
  email_pending: null,
  mails: true,
  archive_passwords: true,
  author: false,
  administrator: false,
  scopes: ['account', 'edit', 'extract', 'read'],
}

async function open() {
  onGet('/interfaces', [])
  onGet('/extracts', [])
  onGet('/user/tokens', [])
  return renderPage(App, {}, '/account#confirm=abc')
}

describe('the link that confirms an address', () => {
  it('has mails go there', async () => {
    const asked = onPost('/user/email', ANNE)
    await open()
    expect(await screen.findByText('Mails go to anne@shop.example from now on.')).toBeVisible()
    expect(asked.map(({ body }) => body)).toEqual([{ token: 'abc' }])
  })

  it('says why it is not good any more', async () => {
    onPost('/user/email', () =>
      problem(400, {
        type: 'urn:guichet:problem:input',
        errors: [{ pointer: '/token', detail: 'This link is not good, or not any more.' }],
      }),
    )
    await open()
    await waitFor(() =>
      expect(screen.getByRole('alert')).toHaveTextContent(
        'This link is not good, or not any more.',
      ),
    )
  })
})
