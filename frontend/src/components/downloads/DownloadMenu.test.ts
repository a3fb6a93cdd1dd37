import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Dialect } from '@/api/types'
import { renderPage } from '@/testing/render'
import DownloadMenu from './DownloadMenu.vue'

async function renderMenu() {
  const heard = ref<string[]>([])
  await renderPage(() =>
    h(DownloadMenu, {
      rows: [],
      columns: [],
      isLoading: false,
      onCsv: ({ delimiter }: Dialect) => heard.value.push(`csv ${delimiter}`),
      onXlsx: () => heard.value.push('xlsx'),
      onZip: () => heard.value.push('zip'),
    }),
  )
  return heard
}

async function openMenu() {
  await userEvent.click(screen.getByRole('button', { name: 'Download formats' }))
  return screen.findByRole('button', { name: 'Download CSV' })
}

it('writes a CSV as it was wanted last, from then on by one click', async () => {
  const heard = await renderMenu()
  await openMenu()
  await userEvent.click(screen.getByRole('radio', { name: /French spreadsheet/ }))
  await userEvent.click(screen.getByRole('button', { name: 'Download CSV' }))
  await userEvent.click(screen.getByRole('button', { name: 'CSV' }))
  expect(heard.value).toEqual(['csv ;', 'csv ;'])
})

it.each([
  ['Download XLSX', 'xlsx'],
  ['As a zip…', 'zip'],
])('has other files too, and closes behind what was chosen: %s', async (name, kind) => {
  const heard = await renderMenu()
  await openMenu()
  await userEvent.click(screen.getByRole('button', { name }))
  expect(heard.value).toEqual([kind])
  const choose = screen.getByRole('button', { name: 'Download formats' })
  await waitFor(() => expect(choose).toHaveAttribute('aria-expanded', 'false'))
})
