import { screen } from '@testing-library/vue'
import { expect, it } from 'vitest'
import type { ColumnSummary } from '@/api/types'
import { columnSummary } from '@/testing/build'
import { renderPage } from '@/testing/render'
import SummaryColumn from './SummaryColumn.vue'

function render(about: Partial<ColumnSummary>) {
  const column = columnSummary({ label: 'Country', ...about })
  return renderPage(SummaryColumn, { column, total: 200, isPickable: () => false })
}

it('says how many different values there are, and how many rows have none', async () => {
  await render({ distinct: 3, nulls: 1, values: [{ value: 'FR', count: 199 }] })
  const section = screen.getByRole('region', { name: 'Country' })
  expect(section).toHaveTextContent('3 different values · 0.5% null')
})

it.each([
  [{ other: 200 }, 'Values of this type can’t be summarized.'],
  [{ nulls: 200 }, 'No row has a value here.'],
])('tells what can’t be summarized from what is not there: %j', async (about, text) => {
  await render({ kind: 'none', ...about })
  expect(screen.getByText(text)).toBeInTheDocument()
})
