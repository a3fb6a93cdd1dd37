import { screen, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Row, SortKey } from '@/api/types'
import { useSelection } from '@/composables/table/useSelection'
import { column } from '@/testing/build'
import { renderPage } from '@/testing/render'
import ResultTable from './ResultTable.vue'

const ROWS: Row[] = [
  ['1', 'Acme'],
  ['2', 'Bolt'],
  ['3', 'Corp'],
]

async function renderTable(sort: SortKey[] = []) {
  const heard = ref<unknown[]>([])
  const columns = ['Id', 'Name'].map((label, index) => ({
    column: column({ name: label.toLowerCase(), label }),
    index,
    isShown: true,
  }))
  const host = {
    setup() {
      const selection = useSelection(
        () => ROWS,
        () => columns,
      )
      return () =>
        h(ResultTable, {
          columns,
          ownWidths: {},
          rows: ROWS,
          allRows: ROWS,
          sort,
          selection,
          words: [],
          isEditable: (row: number) => row === 1,
          isDeletable: () => false,
          isCompact: false,
          isFrozen: false,
          isBusy: false,
          onSort: (keys: SortKey[]) => heard.value.push(keys),
          onDetails: () => heard.value.push('details'),
          onEdit: () => heard.value.push('edit'),
          onRemove: () => heard.value.push('remove'),
          onResize: (name: string, width: number | null) => heard.value.push([name, width]),
        })
    },
  }
  await renderPage(host)
  return { heard, table: screen.getByRole('grid') }
}

it('counts all rows and columns, whatever of them is drawn', async () => {
  const { table } = await renderTable()
  expect(table).toHaveAttribute('aria-rowcount', '4')
  expect(table).toHaveAttribute('aria-colcount', '2')
  expect(
    within(table)
      .getAllByRole('columnheader')
      .map(({ textContent }) => textContent),
  ).toEqual(['Id', 'Name'])
})

it.each([
  [[], [{ column: 'name', descending: false }]],
  [[{ column: 'name', descending: false }], [{ column: 'name', descending: true }]],
  [[{ column: 'name', descending: true }], []],
])('leads by a heading from the order %j to %j', async (before, after) => {
  const { heard } = await renderTable(before)
  await userEvent.click(screen.getByRole('button', { name: 'Name' }))
  expect(heard.value).toEqual([after])
})

it('names the cell that keys lead to, and selects from there', async () => {
  const { table } = await renderTable()
  table.focus()
  await userEvent.keyboard('{ArrowDown}{ArrowRight}')
  const active = document.getElementById(table.getAttribute('aria-activedescendant') ?? '')
  expect(active).toHaveTextContent('Bolt')
  await userEvent.keyboard('{Shift>}{ArrowLeft}{/Shift}')
  const selected = table.querySelectorAll('[aria-selected="true"]')
  expect([...selected].map(({ textContent }) => textContent)).toEqual(['2', 'Bolt'])
})

it('opens the row by Space, sorts by Enter on a heading', async () => {
  const { heard, table } = await renderTable()
  table.focus()
  await userEvent.keyboard('{ArrowDown} ')
  expect(heard.value).toEqual(['details'])
  await userEvent.keyboard('{ArrowUp}{ArrowUp}{Enter}')
  expect(heard.value.at(-1)).toEqual([{ column: 'id', descending: false }])
})

it('sorts by a column more with Shift, and turns it where it stands', async () => {
  const { heard } = await renderTable([{ column: 'id', descending: false }])
  const user = userEvent.setup()
  await user.keyboard('{Shift>}')
  await user.click(screen.getByRole('button', { name: 'Name' }))
  expect(heard.value).toEqual([
    [
      { column: 'id', descending: false },
      { column: 'name', descending: false },
    ],
  ])
})

it('offers what can be done with the row that the pointer is at, and does it with that row', async () => {
  const { heard, table } = await renderTable()
  await userEvent.hover(within(table).getByText('Acme'))
  expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull()
  await userEvent.hover(within(table).getByText('Bolt'))
  await userEvent.click(screen.getByRole('button', { name: 'Edit' }))
  expect(heard.value).toEqual(['edit'])
  expect(table.querySelector('[aria-selected="true"]')).toHaveTextContent('2')
})
