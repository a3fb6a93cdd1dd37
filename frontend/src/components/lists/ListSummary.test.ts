import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { h, ref, shallowRef } from 'vue'
import type { ValueList } from '@/api/types'
import { criterion, valueList } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onGet, onPatch, problem } from '@/testing/server'
import ListSummary from './ListSummary.vue'

async function renderSummary(known: ValueList | null) {
  const id = ref('l-1')
  const removed = ref(0)
  const current = shallowRef(known)
  await renderPage(() =>
    h(ListSummary, {
      id: id.value,
      criterion: criterion('values', { name: 'domain' }),
      target: { interface: 'labs', criterion: 'domain' },
      known: current.value,
      onRemove: () => removed.value++,
      onChange: (list: ValueList) => (current.value = list),
    }),
  )
  return { id, removed }
}

describe('the list that fills a criterion', () => {
  it('is not asked for where the upload has answered it', async () => {
    const asked = onGet('/value-lists/:id', valueList({ id: 'l-2', name: 'other.csv' }))
    const { id } = await renderSummary(valueList())
    expect(screen.getByText('domains.csv')).toBeInTheDocument()
    expect(asked).toEqual([])
    id.value = 'l-2'
    expect(await screen.findByText('other.csv')).toBeInTheDocument()
    expect(asked.map(({ url }) => url.pathname + url.search)).toEqual([
      '/api/v1/value-lists/l-2?interface=labs&criterion=domain',
    ])
  })

  it('says which column is taken, how many values, and what is not among them', async () => {
    await renderSummary(
      valueList({
        columns: [null, 'Domain'],
        values: 1200,
        duplicates: 2,
        blanks: 1,
        malformed: 3,
        lines_above: 1,
      }),
    )
    expect(screen.getByText('Column 1')).toBeInTheDocument()
    expect(screen.getByText('1,200 values')).toBeInTheDocument()
    expect(
      screen.getByText('(2 duplicates, 1 blank, 3 malformed, 1 line above removed)'),
    ).toBeInTheDocument()
  })

  it('that is gone is said to be, and can be removed from the form', async () => {
    onGet('/value-lists/l-1', () => problem(404))
    const { removed } = await renderSummary(null)
    expect(await screen.findByRole('alert')).toHaveTextContent('This list no longer exists')
    await userEvent.click(screen.getByRole('button', { name: 'Remove' }))
    expect(removed.value).toBe(1)
  })

  it('that the server could not read just now is not called gone', async () => {
    onGet('/value-lists/l-1', () => problem(500))
    await renderSummary(null)
    expect(await screen.findByRole('alert')).toHaveTextContent('could not be read just now')
  })

  it('is read another way, and counted anew', async () => {
    onPatch('/value-lists/l-1', valueList({ values: 2, header_line: null }))
    await renderSummary(valueList())
    await userEvent.click(screen.getByRole('button', { name: 'How domains.csv was read' }))
    const names = await screen.findByRole('combobox', { name: 'Column names' })
    await userEvent.selectOptions(names, 'none: values from line 1 on')
    await waitFor(() => expect(screen.getByText('2 values')).toBeInTheDocument())
  })
})
