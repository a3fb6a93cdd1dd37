import { fireEvent, screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Criteria, SavedSearch } from '@/api/types'
import { savedSearch } from '@/testing/build'
import { defined } from '@/testing/render'
import { onGet, onPatch, onPost, problem } from '@/testing/server'
import { renderInShell } from '@/testing/shell'
import SavedSearchDialog from './SavedSearchDialog.vue'

async function renderDialog(search?: SavedSearch, criteria: Criteria = { name: 'labs' }) {
  const isOpen = ref(false)
  const { shell } = await renderInShell(() =>
    h(SavedSearchDialog, {
      search,
      modelValue: isOpen.value,
      'onUpdate:modelValue': (open: boolean) => (isOpen.value = open),
    }),
  )
  shell.saved.present.value = {
    read: () => ({ interface: 'labs', criteria, sort: [] }),
  } as never
  isOpen.value = true
  return { isOpen, name: await screen.findByRole('textbox', { name: 'Name' }) }
}

describe('saving a search', () => {
  it('takes what the form says, for a group, once', async () => {
    const asked = onPost('/saved-searches', savedSearch({ name: 'French labs' }))
    const { isOpen, name } = await renderDialog()
    await userEvent.type(name, ' French labs ')
    await userEvent.click(screen.getByLabelText('Everyone in sales'))
    const form = defined(name.closest('form'))
    await Promise.all([fireEvent.submit(form), fireEvent.submit(form)])
    await waitFor(() => expect(isOpen.value).toBe(false))
    expect(asked.map(({ body }) => body)).toEqual([
      {
        interface: 'labs',
        criteria: { name: 'labs' },
        sort: [],
        name: 'French labs',
        group: 'sales',
      },
    ])
  })

  it('wants a name', async () => {
    const asked = onPost('/saved-searches', savedSearch())
    const { isOpen, name } = await renderDialog()
    await userEvent.type(name, '  {Enter}')
    await waitFor(() => expect(name).toHaveAccessibleDescription('Fill this in.'))
    expect(asked).toEqual([])
    expect(isOpen.value).toBe(true)
  })

  it.each([
    [409, {}, 'You have a search of that name for this form already.'],
    [422, { errors: [{ pointer: '/name', detail: 'Too long.' }] }, 'Too long.'],
  ])('says at the name why it could not: %i', async (status, body, text) => {
    onPost('/saved-searches', () => problem(status, body))
    const { isOpen, name } = await renderDialog()
    await userEvent.type(name, 'Labs{Enter}')
    await waitFor(() => expect(name).toHaveAccessibleDescription(text))
    expect(isOpen.value).toBe(true)
  })

  it('says that days by name stay relative, where there are some', async () => {
    await renderDialog(undefined, { created: { preset: 'last_month' } as never })
    expect(screen.getByText(/^Periods stay relative/)).toBeInTheDocument()
  })

  it('says nothing of days for a text that only looks like them', async () => {
    await renderDialog(undefined, { name: '{"preset":' })
    expect(screen.queryByText(/^Periods/)).toBeNull()
  })

  it('of somebody’s who has left its group keeps that group to choose', async () => {
    const asked = onPatch('/saved-searches/s-1', () => HttpResponse.json(savedSearch()))
    onGet('/saved-searches', [savedSearch()])
    const { isOpen, name } = await renderDialog(savedSearch({ group: 'former' }))
    expect(name).toHaveValue('French labs')
    expect(screen.getByLabelText('Everyone in former')).toBeChecked()
    await userEvent.click(screen.getByLabelText('Only me'))
    await userEvent.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(isOpen.value).toBe(false))
    expect(asked[0]?.body).toEqual({ name: 'French labs', group: null })
  })
})
