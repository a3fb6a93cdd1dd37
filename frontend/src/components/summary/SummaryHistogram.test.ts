import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Bar } from '@/summary/picked'
import { columnSummary } from '@/testing/build'
import { renderPage } from '@/testing/render'
import SummaryHistogram from './SummaryHistogram.vue'

const BUCKETS = [
  { from: 0, to: 9, count: 90 },
  { from: 10, to: 19, count: 0 },
  { from: 20, to: 29, count: 10 },
]

async function renderHistogram(isPickable: boolean) {
  const picked = ref<unknown[]>([])
  await renderPage(() =>
    h(SummaryHistogram, {
      column: columnSummary({ kind: 'histogram', type: 'integer', buckets: BUCKETS, other: 2 }),
      total: 100,
      isPickable: () => isPickable,
      onPick: ({ bucket }: Bar) => picked.value.push(bucket?.from),
    }),
  )
  return picked
}

it('says of each bar what it stands for, and of all where they begin and end', async () => {
  await renderHistogram(false)
  const texts = screen.getAllByRole('listitem').map(({ textContent }) => textContent.trim())
  expect(texts).toHaveLength(3)
  expect(texts[0]).toMatch(/^0.*9: 90 rows, 90%$/)
  expect(texts[1]).toMatch(/: 0 rows, 0%$/)
  expect(screen.getByText('from 0 to 29')).toBeInTheDocument()
  expect(screen.getByText('2 more values lie far outside')).toBeInTheDocument()
  expect(screen.queryByRole('button')).toBeNull()
})

it('gives a bar that is clicked, and goes from one to the next by keys', async () => {
  const picked = await renderHistogram(true)
  await userEvent.tab()
  await userEvent.keyboard('{End}{Enter}')
  await waitFor(() => expect(picked.value).toEqual([20]))
  await userEvent.keyboard('{ArrowRight}{Enter}')
  expect(picked.value).toEqual([20, 20])
})
