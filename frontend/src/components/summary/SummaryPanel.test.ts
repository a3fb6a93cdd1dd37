import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h } from 'vue'
import { useSearchPage } from '@/composables/search/useSearchPage'
import { column, columnSummary, criterion, form } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onPost, problem } from '@/testing/server'
import SummaryPanel from './SummaryPanel.vue'

const LABS = form([criterion('text', { name: 'country', label: 'Country', match: 'exact' })], {
  columns: [
    column({ name: 'country', label: 'Country', summary: true, criterion: 'country' }),
    column({ name: 'town', label: 'Town' }),
  ],
})
const SUMMARY = {
  total: 200,
  elapsed_ms: 120,
  columns: [columnSummary({ distinct: 1, values: [{ value: 'FR', count: 200 }] })],
}

/** The panel beside a search that has run. */
async function renderPanel() {
  const searches = onPost('/interfaces/labs/search', {
    heavy: false,
    columns: [],
    rows: [],
    count: 0,
    elapsed_ms: 1,
    unmatched: {},
  })
  onPost('/interfaces/labs/count', { count: 200, estimate: false, elapsed_ms: 1, unmatched: {} })
  const host = {
    setup() {
      const page = useSearchPage(LABS)
      return () =>
        h('div', [
          h('button', { onClick: () => void page.commands.search() }, 'begin'),
          page.results.searched.value ? h(SummaryPanel, { form: LABS, page }) : null,
          h('output', JSON.stringify(page.inputs.state.criteria.value)),
        ])
    },
  }
  await renderPage(host)
  await userEvent.click(screen.getByRole('button', { name: 'begin' }))
  return searches
}

it('summarizes the columns that the author marked, and says of how many rows', async () => {
  const asked = onPost('/interfaces/labs/summary', SUMMARY)
  await renderPanel()

  expect(await screen.findByText('of all 200 rows', { exact: false })).toBeInTheDocument()
  expect(asked.map(({ body }) => body)).toEqual([{ criteria: {}, columns: ['country'] }])
  expect(screen.getByRole('region', { name: 'Country' })).toBeInTheDocument()
})

it('fills a criterion by a bar, and searches again only when that is asked for', async () => {
  onPost('/interfaces/labs/summary', SUMMARY)
  const searches = await renderPanel()

  await userEvent.click(await screen.findByRole('button', { name: /FR/ }))

  expect(await screen.findByText('FR is now in “Country”.', { exact: false })).toBeInTheDocument()
  expect(searches).toHaveLength(1)
  await userEvent.click(screen.getByRole('button', { name: 'Search' }))
  await waitFor(() => expect(searches).toHaveLength(2))
  expect(searches[1]?.body).toMatchObject({ criteria: { country: 'FR' } })
})

it('says that a summary took too long, and asks again', async () => {
  const asked = onPost('/interfaces/labs/summary', () =>
    problem(504, { type: '/problems/timeout' }),
  )
  await renderPanel()

  expect(await screen.findByRole('alert')).toBeInTheDocument()
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }))
  await waitFor(() => expect(asked).toHaveLength(2))
})

it('can be cancelled while it runs', async () => {
  onPost('/interfaces/labs/summary', () => new Promise<Response>(() => undefined))
  await renderPanel()

  await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }))

  expect(await screen.findByRole('button', { name: 'Retry' })).toBeInTheDocument()
})
