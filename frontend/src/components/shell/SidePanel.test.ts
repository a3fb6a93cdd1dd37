import { screen, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import App from '@/App.vue'
import type { InterfaceSummary, SavedSearch } from '@/api/types'
import { groupInterfaces } from '@/composables/app/useInterfaces'
import { criterion, form } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onGet, onPost } from '@/testing/server'
import { filterGroups, filterSearches } from './finding'

function summary(id: string, title: string, group: string): InterfaceSummary {
  return { id, title, group, description: '', available: true, problem: null }
}

function search(name: string, title: string): SavedSearch {
  return {
    id: name,
    name,
    interface: 'equipes',
    interface_title: title,
    criteria: {},
    sort: [],
    group: null,
    owner: 'anne',
    mine: true,
    created_at: '2026-01-31T10:00:00+00:00',
    updated_at: '2026-01-31T10:00:00+00:00',
  }
}

const INTERFACES = [
  summary('companies', 'Companies', 'CRM'),
  summary('equipes', 'Équipes', 'CRM'),
  summary('sites', 'Sites', 'Laboratory'),
]
const SEARCHES = [search('Directors in Évry', 'Équipes'), search('New labs', 'Companies')]

describe('what is typed in the finder', () => {
  it.each([
    ['', ['companies', 'equipes', 'sites'], ['Directors in Évry', 'New labs']],
    ['equi', ['equipes'], ['Directors in Évry']],
    ['crm comp', ['companies'], []],
    ['LAB', ['sites'], ['New labs']],
    ['evry dir', [], ['Directors in Évry']],
    ['nothing', [], []],
  ])('%j finds the interfaces %j and the searches %j', (typed, ids, names) => {
    const found = filterGroups(groupInterfaces(INTERFACES), typed)
    expect(found.flatMap(({ interfaces }) => interfaces.map(({ id }) => id))).toEqual(ids)
    expect(filterSearches(SEARCHES, typed).map(({ name }) => name)).toEqual(names)
  })
})

describe('the panel', () => {
  async function open() {
    onGet('/interfaces', INTERFACES)
    onGet('/saved-searches', SEARCHES)
    const page = await renderPage(App)
    const panel = within(await screen.findByRole('navigation', { name: 'Forms' }))
    await screen.findByText('New labs')
    return { ...page, panel }
  }

  it('is reached by /, walked by arrows, and opened by Enter', async () => {
    const { router, panel } = await open()
    await userEvent.keyboard('/')
    expect(screen.getByRole('searchbox', { name: 'Find a form' })).toHaveFocus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}')
    expect(panel.getByRole('link', { name: 'Équipes' })).toHaveFocus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}')
    expect(screen.getByRole('button', { name: /^Directors in Évry/ })).toHaveFocus()
    await userEvent.keyboard('{ArrowUp}'.repeat(5))
    onGet('/interfaces/sites', { ...form([]) })
    onPost('/interfaces/labs/count', { count: 1, elapsed_ms: 1, estimate: true })
    await userEvent.keyboard('sit{Enter}')
    await expect.poll(() => router.currentRoute.value.params.id).toBe('sites')
    expect(screen.getByRole('searchbox')).toHaveValue('')
    // The form's code is fetched meanwhile: none of it may come after the test.
    expect(await screen.findByRole('button', { name: 'Search' })).toBeVisible()
  })

  it('asks for the criteria of a search that are too long for a list', async () => {
    SEARCHES.push({ ...search('Long', 'Équipes'), criteria: null })
    const { router } = await open()
    SEARCHES.pop()
    onGet('/saved-searches/Long', { ...search('Long', 'Équipes'), criteria: { name: 'labs' } })
    onGet('/interfaces/equipes', form([criterion('text', { name: 'name' })]))
    onPost('/interfaces/labs/count', { count: 1, elapsed_ms: 1, estimate: true })
    await userEvent.click(screen.getByRole('button', { name: /^Long/ }))
    await expect.poll(() => router.currentRoute.value.query.name).toBe('labs')
    expect(await screen.findByRole('button', { name: 'Search' })).toBeVisible()
  })

  it('says when nothing is called that', async () => {
    await open()
    await userEvent.keyboard('/')
    await userEvent.keyboard('zzz')
    expect(await screen.findByText('No form is called that.')).toBeVisible()
    expect(screen.queryByText('New labs')).toBeNull()
  })
})
