import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Row } from '@/api/types'
import { arrange, asDefined } from '@/table/arrangement'
import { column } from '@/testing/build'
import { renderPage } from '@/testing/render'
import RowSheet from './RowSheet.vue'

const ROWS: Row[] = [
  ['Acme', 'Paris'],
  ['=Mill', null],
]
const COLUMNS = [column({ name: 'name', label: 'Name' }), column({ name: 'city', label: 'City' })]

async function renderSheet(initial: number) {
  const user = userEvent.setup()
  const at = ref(initial)
  await renderPage(() =>
    h(RowSheet, {
      rows: ROWS,
      columns: arrange(COLUMNS, asDefined()),
      recordKey: [],
      isEditable: true,
      isDeletable: false,
      at: at.value,
      'onUpdate:at': (row: number) => (at.value = row),
    }),
  )
  await screen.findByRole('heading', { name: String(ROWS[initial]?.[0]) })
  return { user, at }
}

const button = (name: string) => screen.getByRole('button', { name })

it('goes to the rows around it, and no further than there are', async () => {
  const { user, at } = await renderSheet(0)
  expect(button('Previous row')).toBeDisabled()
  expect(screen.getByText('1 of 2')).toBeInTheDocument()
  await user.click(button('Next row'))
  expect(await screen.findByText('2 of 2')).toBeInTheDocument()
  expect(screen.getByRole('heading', { name: '=Mill' })).toBeInTheDocument()
  expect(button('Next row')).toBeDisabled()
  await user.click(button('Previous row'))
  expect(at.value).toBe(0)
})

it('copies the row with its labels, and nothing that a spreadsheet would run', async () => {
  const { user } = await renderSheet(1)
  await user.click(button('Copy the row'))
  const copied = await navigator.clipboard.readText()
  const [name, city] = copied.split('\n')
  expect(name?.split('\t')[0]).toBe('Name')
  expect(name?.split('\t')[1]).toMatch(/^[^=].*=Mill$/)
  expect(city).toMatch(/^City\t/)
})

it('is changed where that is allowed, and only so', async () => {
  await renderSheet(0)
  expect(button('Edit')).toBeInTheDocument()
  expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull()
})
