import { fireEvent, screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import { defined, renderPage } from '@/testing/render'
import { onGet, problem, server } from '@/testing/server'
import ListMenu from './ListMenu.vue'

const LISTS = [
  { id: 'l-1', name: 'domains.csv', values: 1200 },
  { id: 'l-2', name: 'Pasted lines', values: 3 },
]

async function openMenu(answer = () => new HttpResponse(null, { status: 204 })) {
  const chosen = ref<string[]>([])
  const files = ref<string[]>([])
  const deleted: string[] = []
  onGet('/value-lists', LISTS)
  server.use(
    http.delete('*/api/v1/value-lists/:id', ({ params }) => {
      deleted.push(String(params.id))
      return answer()
    }),
  )
  const { container } = await renderPage(() =>
    h(ListMenu, {
      label: 'Domains',
      onList: ({ id }: { id: string }) => chosen.value.push(id),
      onFile: ({ name }: File) => files.value.push(name),
    }),
  )
  await userEvent.click(screen.getByRole('button', { name: /for Domains$/ }))
  await screen.findByText('domains.csv')
  const input = container.querySelector<HTMLInputElement>('input[type=file]')
  return { chosen, files, deleted, input }
}

it('offers the recent lists with how many values they have, and takes one', async () => {
  const { chosen } = await openMenu()
  expect(screen.getByText('1,200 values')).toBeInTheDocument()
  await userEvent.click(screen.getByText('Pasted lines'))
  expect(chosen.value).toEqual(['l-2'])
})

it('takes the same file again after it was mended', async () => {
  const { files, input } = await openMenu()
  const file = new File(['a'], 'domains.csv')
  await userEvent.upload(defined(input), file)
  await userEvent.upload(defined(input), file)
  expect(files.value).toEqual(['domains.csv', 'domains.csv'])
})

it('deletes a list after a question, which a double click does not answer', async () => {
  const { deleted } = await openMenu()
  await userEvent.click(screen.getByRole('button', { name: 'Delete domains.csv' }))
  expect(await screen.findByText(/^Delete domains.csv\?/)).toBeInTheDocument()
  const really = screen.getByRole('button', { name: 'Delete' })
  await fireEvent.click(really, { detail: 2 })
  expect(deleted).toEqual([])
  await userEvent.click(really)
  await waitFor(() => expect(screen.queryByText(/domains\.csv/)).toBeNull())
  expect(deleted).toEqual(['l-1'])
})

it('keeps a list that is not to go, and says where one could not', async () => {
  const { deleted } = await openMenu(() => problem(503) as never)
  await userEvent.click(screen.getByRole('button', { name: 'Delete domains.csv' }))
  await userEvent.click(screen.getByRole('button', { name: 'Keep' }))
  expect(deleted).toEqual([])
  await userEvent.click(screen.getByRole('button', { name: 'Delete domains.csv' }))
  await userEvent.click(screen.getByRole('button', { name: 'Delete' }))
  expect(await screen.findByText('That did not work. Try again.')).toBeInTheDocument()
  expect(screen.getByText(/^Delete domains.csv\?/)).toBeInTheDocument()
})
