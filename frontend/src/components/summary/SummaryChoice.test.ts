import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import { column } from '@/testing/build'
import { renderPage } from '@/testing/render'
import SummaryChoice from './SummaryChoice.vue'

const COLUMNS = Array.from({ length: 14 }, (_, at) => column({ name: `c${at}`, label: `C${at}` }))

it('lets columns go, and takes more only while there is room for them', async () => {
  const names = ref(COLUMNS.slice(0, 12).map(({ name }) => name))
  await renderPage(() =>
    h(SummaryChoice, {
      columns: COLUMNS,
      names: names.value,
      onChoose: (name: string, isChosen: boolean) => {
        const others = names.value.filter((other) => other !== name)
        names.value = isChosen ? [...others, name] : others
      },
    }),
  )
  await userEvent.click(screen.getByRole('button', { name: 'Columns of the summary' }))
  const last = await screen.findByRole('checkbox', { name: 'C13' })
  expect(last).toBeDisabled()
  await userEvent.click(screen.getByRole('checkbox', { name: 'C3' }))
  expect(last).toBeEnabled()
  await userEvent.click(last)
  expect(names.value).toHaveLength(12)
  expect(names.value).toContain('c13')
  expect(names.value).not.toContain('c3')
})
