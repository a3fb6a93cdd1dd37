import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import { recordField } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onGet, problem, server } from '@/testing/server'
import DeleteRecord from './DeleteRecord.vue'

const FIELDS = ['id', 'city', 'country', 'note'].map((name) => recordField({ name, label: name }))

async function renderQuestion(answer: () => Response) {
  const heard = ref({ deleted: 0, closed: 0 })
  const matched: (string | null)[] = []
  let etag = 0
  onGet('/interfaces/sites/record', {
    title: 'Site',
    key: ['id'],
    fields: FIELDS,
    time_zone: 'UTC',
  })
  onGet('/interfaces/sites/records/7', () =>
    HttpResponse.json({
      key: '7',
      values: { id: 7, city: etag ? 'Lyon' : 'Dijon', country: '', note: 'old' },
      etag: `"${++etag}"`,
    }),
  )
  server.use(
    http.delete('*/api/v1/interfaces/sites/records/7', ({ request }) => {
      matched.push(request.headers.get('if-match'))
      return answer()
    }),
  )
  await renderPage(() =>
    h(DeleteRecord, {
      interfaceId: 'sites',
      title: 'Site',
      recordKey: '7',
      onDeleted: () => heard.value.deleted++,
      onClose: () => heard.value.closed++,
    }),
  )
  await screen.findByText('Dijon')
  return { heard, matched, confirm: screen.getByRole('button', { name: 'Delete' }) }
}

it('names what would go, without what is blank, and deletes what is shown', async () => {
  const { heard, matched, confirm } = await renderQuestion(
    () => new HttpResponse(null, { status: 204 }),
  )
  expect(screen.getByText('old')).toBeInTheDocument()
  expect(screen.queryByText('country')).toBeNull()
  await userEvent.click(confirm)
  await waitFor(() => expect(heard.value.deleted).toBe(1))
  expect(matched).toEqual(['"1"'])
})

it('does not delete what was changed meanwhile, and shows what it is now', async () => {
  const { heard, matched, confirm } = await renderQuestion(() => problem(412))
  await userEvent.click(confirm)
  expect(await screen.findByText('Lyon')).toBeInTheDocument()
  expect(screen.getByRole('alert')).toHaveTextContent('It was changed meanwhile')
  expect(heard.value.deleted).toBe(0)
  await userEvent.click(confirm)
  await waitFor(() => expect(matched).toEqual(['"1"', '"2"']))
})

it('says why the database refused', async () => {
  const { heard, confirm } = await renderQuestion(() =>
    problem(409, { detail: 'Freezers refer to it.' }),
  )
  await userEvent.click(confirm)
  expect(await screen.findByText('Freezers refer to it.')).toBeInTheDocument()
  expect(heard.value.deleted).toBe(0)
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  expect(heard.value.closed).toBe(1)
})
