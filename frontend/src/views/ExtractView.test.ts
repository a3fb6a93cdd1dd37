import { screen, within } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'
import App from '@/App.vue'
import { extract } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onGet, problem } from '@/testing/server'

describe('the page of one extract, where its mail leads', () => {
  it('has its archive, and the way to all others', async () => {
    onGet('/interfaces', [])
    onGet('/extracts', [])
    onGet(
      '/extracts/e-1',
      extract({ id: 'e-1', state: 'done', archive_url: '/api/v1/extracts/e-1/archive' }) as never,
    )
    await renderPage(App, {}, '/extracts/e-1')
    const card = within(await screen.findByRole('listitem', { name: 'Labs' }))
    expect(card.getByRole('link', { name: /Download/ })).toHaveAttribute(
      'href',
      expect.stringContaining('/extracts/e-1/archive'),
    )
    expect(screen.getByRole('link', { name: 'All extracts' })).toHaveAttribute('href', '/extracts')
  })

  it('says that there is no such extract', async () => {
    onGet('/interfaces', [])
    onGet('/extracts', [])
    onGet('/extracts/e-2', () =>
      problem(404, { type: 'urn:guichet:problem:not-found', detail: 'You have no such extract.' }),
    )
    await renderPage(App, {}, '/extracts/e-2')
    expect(await screen.findByText('You have no such extract.')).toBeVisible()
  })
})
