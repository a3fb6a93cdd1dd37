import { screen } from '@testing-library/vue'
import { expect, it } from 'vitest'
import { extract } from '@/testing/build'
import { renderPage } from '@/testing/render'
import ExtractProgress from './ExtractProgress.vue'

const bar = () => screen.getByRole('progressbar', { name: 'How much is written' })

it('tells the part that is written', async () => {
  await renderPage(ExtractProgress, { extract: extract({ progress: 0.25 }) })
  expect(bar()).toHaveAttribute('aria-valuenow', '25')
})

it.each([null, 1, 1.3])('only moves where nobody knows how much is left: %s', async (progress) => {
  await renderPage(ExtractProgress, { extract: extract({ progress }) })
  expect(bar()).not.toHaveAttribute('aria-valuenow')
})
