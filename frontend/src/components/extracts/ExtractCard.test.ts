import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { h } from 'vue'
import type { Extract } from '@/api/types'
import { criterion, extract, form } from '@/testing/build'
import { onDelete, onGet, onPost } from '@/testing/server'
import { renderInShell } from '@/testing/shell'
import ExtractCard from './ExtractCard.vue'

async function renderCard(about: Partial<Extract>) {
  const shown = extract(about)
  onGet('/extracts', [shown])
  const page = await renderInShell(() => h(ExtractCard, { extract: shown, isWatched: false }))
  await screen.findByRole('heading', { name: 'Labs', level: 2 })
  return page
}

describe('an extract among others', () => {
  it('is cancelled after a question, and the answer is shown', async () => {
    await renderCard({ state: 'running' })
    const asked = onDelete('/extracts/e-1', () => new HttpResponse(null, { status: 204 }))
    onGet('/extracts/e-1', { ...extract({ state: 'cancelled' }) })
    await userEvent.click(screen.getByRole('button', { name: 'Cancel: Labs' }))
    const stop = await screen.findByRole('button', { name: 'Cancel the extract' })
    expect(asked).toEqual([])
    await userEvent.click(stop)
    expect(await screen.findByText('Cancelled')).toBeInTheDocument()
    expect(asked).toHaveLength(1)
    expect(screen.queryByRole('button', { name: 'Cancel: Labs' })).toBeNull()
  })

  it('tells what was searched, or that all rows were', async () => {
    await renderCard({ words: [['Country', 'France']], state: 'done' })
    expect(screen.getByText('Country').nextElementSibling).toHaveTextContent('France')
    expect(screen.queryByText('No criteria: all rows')).toBeNull()
  })

  it('is run again beside the one that there is', async () => {
    const { shell } = await renderCard({ state: 'done', rows: 7 })
    onPost('/extracts', { ...extract({ id: 'e-2' }) })
    await userEvent.click(screen.getByRole('button', { name: 'Run again: Labs' }))
    await waitFor(() =>
      expect(shell.extracts.list.data.value?.map(({ id }) => id)).toEqual(['e-2', 'e-1']),
    )
  })

  it('leads back to its search, with its criteria and its order', async () => {
    const request = { ...extract().request, criteria: { name: 'labs' } }
    const { router } = await renderCard({ state: 'done', request })
    onGet('/interfaces/labs', { ...form([criterion('text', { name: 'name' })]) })
    await userEvent.click(screen.getByRole('link', { name: 'Open the search: Labs' }))
    await waitFor(() => expect(router.currentRoute.value.path).toBe('/interfaces/labs'))
    expect(router.currentRoute.value.query).toMatchObject({ name: 'labs' })
  })
})
