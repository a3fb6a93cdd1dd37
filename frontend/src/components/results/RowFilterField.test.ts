import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import { renderPage } from '@/testing/render'
import RowFilterField from './RowFilterField.vue'

it('takes what is typed, and is emptied by Escape and by its button', async () => {
  const typed = ref('')
  await renderPage(() =>
    h(RowFilterField, {
      label: 'Filter in table',
      modelValue: typed.value,
      'onUpdate:modelValue': (text: string) => (typed.value = text),
    }),
  )
  const input = screen.getByRole('searchbox', { name: 'Filter in table' })
  await userEvent.type(input, 'labs')
  expect(typed.value).toBe('labs')
  await userEvent.keyboard('{Escape}')
  expect(typed.value).toBe('')
  expect(screen.queryByRole('button')).toBeNull()

  await userEvent.type(input, 'x')
  await userEvent.click(screen.getByRole('button'))
  expect(typed.value).toBe('')
})
