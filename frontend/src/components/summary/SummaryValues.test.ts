import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Bar } from '@/summary/picked'
import { columnSummary } from '@/testing/build'
import { renderPage } from '@/testing/render'
import SummaryValues from './SummaryValues.vue'

const VALUES = ['', 'FR', 'DE', 'ES'].map((value, at) => ({ value, count: 50 - at * 10 }))

async function renderValues(values = VALUES) {
  const shown = ref(values)
  const picked = ref<unknown[]>([])
  await renderPage(() =>
    h(SummaryValues, {
      column: columnSummary({ values: shown.value, other: 1200 }),
      total: 1400,
      isPickable: ({ value }: Bar) => value !== '' && value !== 'DE',
      onPick: ({ value }: Bar) => picked.value.push(value),
    }),
  )
  return { shown, picked }
}

it('names each value with its count and share, the empty one and all others too', async () => {
  await renderValues()
  expect(screen.getByText('(empty)').parentElement).toHaveAttribute('title', '(empty): 3.6%')
  expect(screen.getByText('all others').parentElement).toHaveTextContent('1,200')
})

it('is one stop of the Tab key, and arrow keys pass over what can’t be picked', async () => {
  const { shown, picked } = await renderValues()
  await userEvent.tab()
  expect(screen.getByRole('button', { name: /FR/ })).toHaveFocus()
  await userEvent.keyboard('{ArrowDown}')
  expect(screen.getByRole('button', { name: /ES/ })).toHaveFocus()
  await userEvent.keyboard('{Enter}')
  expect(picked.value).toEqual(['ES'])
  await userEvent.tab()
  expect(document.body).toHaveFocus()

  shown.value = VALUES.slice(0, 2)
  await screen.findByRole('button', { name: /FR/ })
  await userEvent.tab()
  expect(screen.getByRole('button', { name: /FR/ })).toHaveFocus()
})
