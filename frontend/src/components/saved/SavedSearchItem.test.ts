import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { SavedSearch } from '@/api/types'
import { defined, renderPage } from '@/testing/render'
import SavedSearchItem from './SavedSearchItem.vue'

async function renderItem(about: Partial<SavedSearch>, isPresent = true) {
  const heard = ref<string[]>([])
  const search = {
    id: 's-1',
    name: 'French labs',
    interface: 'labs',
    interface_title: 'Labs',
    owner: 'anne',
    mine: true,
    group: null,
    ...about,
  } as SavedSearch
  const hear = (what: string) => () => heard.value.push(what)
  await renderPage(() =>
    h(SavedSearchItem, {
      search,
      isPresent,
      onOpen: hear('open'),
      onUpdate: hear('update'),
      onEdit: hear('edit'),
      onRemove: hear('remove'),
    }),
  )
  return heard
}

const actions = () => screen.queryByRole('button', { name: /French labs$/, expanded: false })

it('opens, and has what its owner can do with it', async () => {
  const heard = await renderItem({})
  await userEvent.click(screen.getByText('French labs'))
  expect(heard.value).toEqual(['open'])
  await userEvent.click(defined(actions()))
  const items = await waitFor(() => {
    const found = document.querySelectorAll<HTMLElement>('.v-list-item')
    expect(found).toHaveLength(3)
    return [...found]
  })
  await userEvent.click(defined(items[2]))
  expect(heard.value).toEqual(['open', 'remove'])
})

it('is updated only from the page of its interface', async () => {
  const heard = await renderItem({}, false)
  await userEvent.click(defined(actions()))
  const update = await waitFor(() => {
    const found = document.querySelector<HTMLElement>('.v-list-item')
    expect(found).not.toBeNull()
    return defined(found)
  })
  expect(update).toHaveClass('v-list-item--disabled')
  expect(heard.value).toEqual([])
})

it('of somebody else says whose it is, and is only opened', async () => {
  await renderItem({ mine: false, group: 'sales', owner: 'bob' })
  expect(screen.getAllByText(/bob/)[0]).toBeInTheDocument()
  expect(actions()).toBeNull()
})
