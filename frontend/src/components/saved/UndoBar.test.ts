import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h } from 'vue'
import { savedSearch } from '@/testing/build'
import { onGet, onPost, problem } from '@/testing/server'
import { renderInShell } from '@/testing/shell'
import UndoBar from './UndoBar.vue'

async function renderBar() {
  const search = savedSearch()
  const { shell } = await renderInShell(() => h(UndoBar, { search }))
  const { deleted } = shell.saved.deletion
  deleted.value = search
  return { shell, deleted, undo: await screen.findByRole('button', { name: 'Undo' }) }
}

it('has the focus of what was deleted, and brings it back', async () => {
  const { shell, deleted, undo } = await renderBar()
  await waitFor(() => expect(undo).toHaveFocus())
  expect(screen.getByRole('status')).toHaveTextContent('“French labs” is deleted')
  onGet('/saved-searches', [savedSearch()])
  const asked = onPost('/saved-searches/s-1/restore', savedSearch())
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(deleted.value).toBeNull())
  expect(asked).toHaveLength(1)
  expect(shell.saved.list.data.value?.map(({ id }) => id)).toEqual(['s-1'])
})

it('says that its name is taken by now, and goes on offering it', async () => {
  const { deleted, undo } = await renderBar()
  onPost('/saved-searches/s-1/restore', () => problem(409))
  await userEvent.click(undo)
  expect(await screen.findByText(/You have a search of that name/)).toBeInTheDocument()
  expect(deleted.value?.id).toBe('s-1')
})

it('goes by Escape', async () => {
  const { deleted, undo } = await renderBar()
  undo.focus()
  await userEvent.keyboard('{Escape}')
  expect(deleted.value).toBeNull()
})
