import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import { renderPage } from '@/testing/render'
import SelectAllMatching from './SelectAllMatching.vue'

it.each([
  [1200, false, /^Select all 1,200 that match/],
  [100, true, /^Select the first 100 that match; more do/],
])('promises no more than the list holds: %i', async (count, hasMore, text) => {
  const chosen = ref(0)
  await renderPage(() => h(SelectAllMatching, { count, hasMore, onChoose: () => chosen.value++ }))
  const option = screen.getByRole('option', { name: text })
  await userEvent.click(option)
  expect(chosen.value).toBe(1)
})
