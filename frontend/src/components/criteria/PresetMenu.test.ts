import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { RangeValue } from '@/criteria/fields'
import { renderPage } from '@/testing/render'
import PresetMenu from './PresetMenu.vue'

it('chooses days by name, which can be kept as dates', async () => {
  const range = ref<RangeValue>({ from: '2020-01-01', to: '' })
  const isOpen = ref(false)
  await renderPage(() =>
    h(PresetMenu, {
      label: 'Updated',
      modelValue: range.value,
      open: isOpen.value,
      'onUpdate:modelValue': (value: RangeValue) => (range.value = value),
      'onUpdate:open': (value: boolean) => (isOpen.value = value),
    }),
  )
  const button = screen.getByRole('button', { name: 'Periods, for Updated' })
  await userEvent.click(button)
  expect(screen.queryByText('Keep these as dates')).toBeNull()
  await userEvent.click(await screen.findByText('Last year'))
  expect(range.value).toEqual({ from: '', to: '', preset: 'last_year' })

  isOpen.value = true
  await userEvent.click(await screen.findByText('Keep these as dates'))
  const year = new Date().getFullYear() - 1
  expect(range.value).toEqual({ from: `${year}-01-01`, to: `${year}-12-31` })
})
