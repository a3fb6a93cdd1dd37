import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Row } from '@/api/types'
import { useDisplayFormat } from '@/composables/format/useDisplayFormat'
import type { Part } from '@/cells/content'
import { measureByLength } from '@/cells/widths'
import { column } from '@/testing/build'
import { renderPage } from '@/testing/render'
import ResultRow from './ResultRow.vue'

const LONG = 'A text that is longer than its column has room for'

async function renderRow(row: Row, words: string[] = []) {
  const read = ref<(string | null)[][]>([])
  const sized = row.map((_, index) => ({
    column: column({ name: `c${index}`, label: `C${index}` }),
    index,
    width: 100,
  }))
  const host = {
    setup() {
      const display = useDisplayFormat()
      const about = { first: 2, after: 1, activeAt: 3, activeId: 'here', selectedFrom: 3 }
      return () =>
        h('table', [
          h(ResultRow, {
            ...about,
            selectedEnd: 4,
            row,
            columns: sized,
            display: display.value,
            measure: measureByLength,
            words,
            onRead: (_: HTMLElement, whole: Part[]) =>
              read.value.push(whole.map(({ text }) => text)),
          }),
        ])
    },
  }
  await renderPage(host)
  return read
}

it('tells NULL from an empty text, and where each cell stands among all columns', async () => {
  await renderRow([null, '', 'Acme'])
  const cells = screen.getAllByRole('cell').filter((cell) => cell.hasAttribute('aria-colindex'))
  expect(cells.map((cell) => cell.getAttribute('aria-colindex'))).toEqual(['3', '4', '5'])
  expect(cells.map(({ textContent }) => textContent)).toEqual(['null', '', 'Acme'])
  expect(cells.map((cell) => cell.getAttribute('aria-selected'))).toEqual([null, 'true', null])
  expect(cells.map(({ id }) => id)).toEqual(['', 'here', ''])
})

it('gives a text that is cut off to be read whole', async () => {
  const read = await renderRow([LONG])
  await userEvent.click(screen.getByRole('button'))
  expect(read.value).toEqual([[LONG]])
})

it('shows what a filter looks for, wherever in a long text it stands', async () => {
  await renderRow([LONG], ['room'])
  expect(screen.getByRole('button')).toHaveTextContent(/^….*room for$/)
})

it('marks a cell whose value holds what its text does not show', async () => {
  const display = await renderRow(['Acme'], ['acm'])
  expect(display.value).toEqual([])
  expect(screen.getByText('Acme')).not.toHaveClass('hit')
})
