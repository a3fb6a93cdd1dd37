import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import { savedSearch } from '@/testing/build'
import { onDelete, onGet, onPatch, problem } from '@/testing/server'
import { renderInShell } from '@/testing/shell'
import SavedSearchList from './SavedSearchList.vue'

const SEARCHES = [
  savedSearch(),
  savedSearch({ id: 's-2', name: 'Mills', interface: 'mills', interface_title: 'Mills' }),
]

async function renderList() {
  onGet('/saved-searches', SEARCHES)
  const typed = ref('')
  const page = await renderInShell(() => h(SavedSearchList, { typed: typed.value }))
  page.shell.saved.present.value = {
    read: () => ({ interface: 'labs', criteria: { name: 'new' }, sort: [] }),
  } as never
  return { ...page, typed }
}

async function act(name: string, action: string) {
  await userEvent.click(screen.getByRole('button', { name: `Change ${name}` }))
  await userEvent.click(await screen.findByText(action))
}

describe('saved searches', () => {
  it('are those that hold what is typed, and none is no list', async () => {
    const { typed } = await renderList()
    expect(screen.getAllByRole('listitem')).toHaveLength(2)
    typed.value = 'french'
    await waitFor(() => expect(screen.queryByText('Mills')).toBeNull())
    expect(screen.getByText('French labs')).toBeInTheDocument()
    typed.value = 'nothing like it'
    await waitFor(() => expect(screen.queryByRole('navigation')).toBeNull())
  })

  it('take what the form says now', async () => {
    await renderList()
    const asked = onPatch('/saved-searches/s-1', SEARCHES[0] as never)
    await act('French labs', 'Update with what the form says')
    await waitFor(() => expect(asked[0]?.body).toEqual({ criteria: { name: 'new' }, sort: [] }))
  })

  it('that are deleted go, and can be had back', async () => {
    const { shell } = await renderList()
    onDelete('/saved-searches/s-1', () => new HttpResponse(null, { status: 204 }))
    onGet('/saved-searches', [SEARCHES[1]] as never)
    await act('French labs', 'Delete')
    await waitFor(() => expect(screen.queryByText('French labs')).toBeNull())
    expect(shell.saved.deletion.deleted.value?.id).toBe('s-1')
  })

  it('that could not be deleted stay, and say why until it is tried again', async () => {
    const { shell } = await renderList()
    onDelete('/saved-searches/s-1', () => problem(500, { detail: 'Not just now.' }))
    await act('French labs', 'Delete')
    expect(await screen.findByRole('alert')).toHaveTextContent('Not just now.')
    expect(screen.getByText('French labs')).toBeInTheDocument()
    expect(shell.saved.deletion.deleted.value).toBeNull()
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }))
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  })
})
