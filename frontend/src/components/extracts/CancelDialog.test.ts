import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it } from 'vitest'
import { h, ref } from 'vue'
import { defined, renderPage } from '@/testing/render'
import CancelDialog from './CancelDialog.vue'

const isOpen = ref(true)
const confirmed = ref(0)

beforeEach(async () => {
  isOpen.value = true
  confirmed.value = 0
  await renderPage(() =>
    h(CancelDialog, {
      title: 'Labs in France',
      modelValue: isOpen.value,
      'onUpdate:modelValue': (open: boolean) => (isOpen.value = open),
      onConfirm: () => confirmed.value++,
    }),
  )
})

it('names the extract, and keeps it unless it is told to stop', async () => {
  expect(screen.getByText('Labs in France')).toBeInTheDocument()
  const [keep] = screen.getAllByRole('button')
  await userEvent.click(defined(keep))
  expect({ open: isOpen.value, confirmed: confirmed.value }).toEqual({ open: false, confirmed: 0 })
})

it('stops it once', async () => {
  const [, stop] = screen.getAllByRole('button')
  await userEvent.click(defined(stop))
  expect({ open: isOpen.value, confirmed: confirmed.value }).toEqual({ open: false, confirmed: 1 })
})
