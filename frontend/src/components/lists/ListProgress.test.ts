import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import { renderPage } from '@/testing/render'
import ListProgress from './ListProgress.vue'

async function renderProgress(progress: number) {
  const cancelled = ref(0)
  await renderPage(() =>
    h(ListProgress, { name: 'domains.csv', progress, onCancel: () => cancelled.value++ }),
  )
  return cancelled
}

const bar = () => screen.getByRole('progressbar')

it('says how much is sent, and can be stopped', async () => {
  const cancelled = await renderProgress(0.499)
  expect(screen.getByRole('status')).toHaveTextContent('domains.csv: 49 % sent')
  expect(bar()).toHaveAttribute('aria-valuenow', '49.9')
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  expect(cancelled.value).toBe(1)
})

it('promises nothing while the server reads what was sent', async () => {
  await renderProgress(1)
  expect(screen.getByRole('status')).toHaveTextContent('domains.csv is being read…')
  expect(bar()).not.toHaveAttribute('aria-valuenow')
})
