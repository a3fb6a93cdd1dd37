import { screen, waitFor, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import App from '@/App.vue'
import type { Extract } from '@/api/types'
import { extract } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onGet, onPost, problem, server } from '@/testing/server'

const DONE = {
  state: 'done',
  rows: 2_310_554,
  bytes: 1_140_000_000,
  archive_bytes: 240_000_000,
  archive_url: '/api/v1/extracts/e-1/archive',
  started_at: '2026-11-21T09:00:00Z',
  finished_at: '2026-11-21T09:00:12Z',
  expires_at: '2026-11-28T09:00:12Z',
} as const

async function open(extracts: Partial<Extract>[]) {
  onGet('/interfaces', [])
  const list = extracts.map((about) => ({ ...extract(about) }))
  onGet('/extracts', list as never)
  await renderPage(App, {}, '/extracts')
}

async function card() {
  return within(await screen.findByRole('listitem', { name: 'Labs' }))
}

/** Intl and the page put spaces that don't break. */
function spaced(text: string) {
  return (content: string) => content.replace(/\s/g, ' ').includes(text)
}

describe('the list of extracts', () => {
  it.each<[string, Partial<Extract>, string[]]>([
    [
      'waits',
      { place: 3, estimated_rows: 2_310_554, email: 'anne@example.com' },
      ['On their way to anne@example.com', 'Place 3 in the queue · about 2.3 million rows'],
    ],
    ['is written without a mail', { state: 'running' }, ['Being written; find it under Extracts']],
    [
      'runs',
      { state: 'running', rows: 878_010, estimated_rows: 2_310_554, progress: 0.38 },
      ['878,010 of about 2.3 million rows'],
    ],
    [
      'has more rows than was believed',
      { state: 'running', rows: 900, estimated_rows: 800, progress: 1 },
      ['900 rows so far'],
    ],
    [
      'is done',
      DONE,
      ['Ready to download', '2,310,554 rows · 240 MB (1.1 GB unzipped) · in 12 s, 95 MB/s'],
    ],
    [
      'is mailed by a link',
      { ...DONE, delivery: 'sent', email: 'anne@example.com', attached: false },
      ['Sent to anne@example.com', 'The mail leads to it by a link.'],
    ],
    [
      'is mailed whole',
      { ...DONE, delivery: 'sent', email: 'anne@example.com', attached: true },
      ['The archive is attached to the mail.'],
    ],
    ['found nothing', { state: 'done' }, ['No rows match, so there is no file', '0 rows']],
    [
      'failed',
      { state: 'failed', problem: 'More than 4,000 rows.' },
      ['The extract failed', 'More than 4,000 rows.'],
    ],
    ['is cancelled', { state: 'cancelled' }, ['Cancelled']],
    ['is expired', { state: 'expired' }, ['Expired']],
  ])('says of one that %s how it is', async (_, about, texts) => {
    await open([about])
    const shown = await card()
    for (const text of texts) expect(shown.getByText(spaced(text))).toBeVisible()
  })

  it('says what was searched, and links to the archive itself', async () => {
    await open([{ ...DONE, words: [['Country', 'France']] }])
    const shown = await card()
    expect(shown.getByText('Country')).toBeVisible()
    expect(shown.getByText('France')).toBeVisible()
    const link = shown.getByRole('link', { name: 'Download: Labs' })
    expect(link).toHaveAttribute('href', expect.stringMatching(/^http.*\/extracts\/e-1\/archive$/))
  })

  it('cancels only what the user confirms', async () => {
    await open([{ state: 'running' }])
    let isCancelled = false
    server.use(
      http.delete('*/api/v1/extracts/e-1', () => {
        isCancelled = true
        return new HttpResponse(null, { status: 204 })
      }),
    )
    onGet('/extracts/e-1', { ...extract({ state: 'cancelled' }) } as never)
    await userEvent.click((await card()).getByRole('button', { name: 'Cancel: Labs' }))
    await userEvent.click(await screen.findByRole('button', { name: 'Let it run' }))
    expect(isCancelled).toBe(false)
    await userEvent.click((await card()).getByRole('button', { name: 'Cancel: Labs' }))
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel the extract' }))
    expect(await (await card()).findByText('Cancelled')).toBeVisible()
    expect(isCancelled).toBe(true)
  })

  it('says aloud that one has ended, and counts it no longer', async () => {
    await open([{ state: 'running' }])
    expect(await screen.findByRole('link', { name: /^Extracts\s+1 under way$/ })).toBeVisible()
    onGet('/extracts/e-1', { ...extract(DONE) } as never)
    await waitFor(
      () =>
        expect(screen.getByRole('status')).toHaveTextContent(
          'The extract “Labs” is ready: 2,310,554 rows',
        ),
      { timeout: 3000 },
    )
    expect(screen.getByRole('link', { name: 'Extracts' })).toBeVisible()
  })

  it('runs one again with what was asked for', async () => {
    await open([{ state: 'failed' }])
    const asked = onPost('/extracts', { ...extract({ id: 'e-2' }) } as never)
    await userEvent.click((await card()).getByRole('button', { name: 'Run again: Labs' }))
    await waitFor(() => expect(screen.getAllByRole('listitem', { name: 'Labs' })).toHaveLength(2))
    expect(asked[0]?.body).toEqual({ interface: 'labs', ...extract().request })
  })

  it('sends a mail again that failed, and warns of one that may have arrived', async () => {
    await open([{ ...DONE, delivery: 'unknown', email: 'anne@example.com' }])
    onPost('/extracts/e-1/deliver', {
      ...extract({ ...DONE, delivery: 'sent', email: 'anne@example.com' }),
    } as never)
    const shown = await card()
    expect(shown.getByText(/sent again, it may come twice/)).toBeVisible()
    await userEvent.click(shown.getByRole('button', { name: 'Send again: Labs' }))
    expect(await shown.findByText('Sent to anne@example.com')).toBeVisible()
  })

  it('says that there are none yet', async () => {
    await open([])
    expect(
      await screen.findByRole('heading', { name: 'Nothing has been extracted yet' }),
    ).toBeVisible()
  })

  it('says that the portal has no database of its own, and what goes on without', async () => {
    onGet('/interfaces', [])
    onGet('/extracts', () => problem(503, { type: 'urn:guichet:problem:portal-database' }))
    await renderPage(App, {}, '/extracts')
    expect(await screen.findByText(/Searches and results on the page work as before/)).toBeVisible()
  })
})
