import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Row } from '@/api/types'
import { useSelection, type TableSelection } from '@/composables/table/useSelection'
import { arrange, asDefined } from '@/table/arrangement'
import { column } from '@/testing/build'
import { defined, renderPage } from '@/testing/render'
import SelectionBar from './SelectionBar.vue'

const ROWS: Row[] = [
  ['Acme', 'Paris'],
  ['Mill', 'Lyon'],
  ['Labs', 'Dijon'],
]

async function renderBar(canKeep = false) {
  const clipboard = userEvent.setup()
  let selection: TableSelection | undefined
  const columns = arrange(
    ['name', 'city'].map((name) => column({ name })),
    asDefined(),
  )
  const host = defineComponent({
    setup() {
      selection = useSelection(
        () => ROWS,
        () => columns,
      )
      const bar = { selection, canKeep, canLeaveOut: false }
      return () => h(SelectionBar, bar)
    },
  })
  await renderPage(host)
  return { clipboard, selection: defined(selection) }
}

const button = (name: string) => screen.getByRole('button', { name })

it('counts the cells that are selected, and copies them or their whole rows', async () => {
  const { clipboard, selection } = await renderBar()
  selection.go({ row: 1, column: 1 })
  selection.go({ row: 2, column: 1 }, true)
  expect(await screen.findByRole('group', { name: '2 cells selected' })).toBeInTheDocument()
  await clipboard.click(button('Copy'))
  await waitFor(async () => expect(await navigator.clipboard.readText()).toBe('Lyon\nDijon'))
  await clipboard.click(button('Copy rows'))
  await waitFor(async () =>
    expect(await navigator.clipboard.readText()).toBe('Mill\tLyon\nLabs\tDijon'),
  )
  await clipboard.click(button('Clear selection'))
  expect(selection.selection.value).toBeNull()
})

it('offers what a criterion can find, and nothing else', async () => {
  await renderBar(true)
  expect(button('Only these')).toBeInTheDocument()
  expect(screen.queryByRole('button', { name: 'Not these' })).toBeNull()
})
