import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { useArrangement, type ColumnArrangement } from '@/composables/table/useArrangement'
import { column } from '@/testing/build'
import { defined, renderPage } from '@/testing/render'
import ColumnsMenu from './ColumnsMenu.vue'

const COLUMNS = ['id', 'name', 'city'].map((name) => column({ name, label: name }))
const STORED = 'guichet.columns.labs'

async function openMenu() {
  let arrangement: ColumnArrangement | undefined
  const host = defineComponent({
    setup() {
      const made = useArrangement('labs', () => COLUMNS)
      arrangement = made
      return () => h(ColumnsMenu, { arrangement: made })
    },
  })
  await renderPage(host)
  await userEvent.click(screen.getByRole('button', { name: 'Columns' }))
  await screen.findByRole('checkbox', { name: 'id' })
  const { shown } = defined(arrangement)
  return () => shown.value.map(({ column: { name } }) => name)
}

const box = (name: string) => screen.getByRole('checkbox', { name })
const button = (name: string) => screen.getByRole('button', { name })

describe('the columns of the table', () => {
  it('are left out one by one, but never all', async () => {
    const names = await openMenu()
    await userEvent.click(box('id'))
    await userEvent.click(box('name'))
    expect(names()).toEqual(['city'])
    expect(box('city')).toBeDisabled()
    await userEvent.click(box('id'))
    expect(box('city')).toBeEnabled()
  })

  it('move with the focus on what was pressed, as far as it goes', async () => {
    const names = await openMenu()
    await userEvent.click(button('Move city up'))
    expect(names()).toEqual(['id', 'city', 'name'])
    await waitFor(() => expect(button('Move city up')).toHaveFocus())
    await userEvent.keyboard('{Enter}')
    expect(names()).toEqual(['city', 'id', 'name'])
    await waitFor(() => expect(button('Move city down')).toHaveFocus())
    expect(button('Move city up')).toBeDisabled()
  })

  it('are kept in this browser only where that is wanted, and forgotten by a reset', async () => {
    const names = await openMenu()
    await userEvent.click(box('id'))
    expect(localStorage.getItem(STORED)).toBeNull()
    await userEvent.click(box('Remember for this form'))
    await waitFor(() => expect(localStorage.getItem(STORED)).toContain('"id":false'))
    await userEvent.click(button('Reset'))
    await waitFor(() => expect(localStorage.getItem(STORED)).toBeNull())
    expect(names()).toEqual(['id', 'name', 'city'])
    expect(button('Reset')).toBeDisabled()
  })
})
