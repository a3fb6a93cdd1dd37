import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import { renderPage } from '@/testing/render'
import EntryField from './EntryField.vue'

it('says its label, hint and fault to a screen reader, and takes what is typed', async () => {
  const value = ref('')
  const error = ref('')
  await renderPage(() =>
    h(EntryField, {
      label: 'Name',
      hint: 'Any name',
      error: error.value,
      modelValue: value.value,
      'onUpdate:modelValue': (text: string) => (value.value = text),
    }),
  )
  const input = screen.getByRole('textbox', { name: 'Name' })
  expect(input).toHaveAccessibleDescription('Any name')
  expect(input).toHaveAttribute('aria-invalid', 'false')
  await userEvent.type(input, 'x')
  expect(value.value).toBe('x')

  error.value = 'Taken.'
  expect(await screen.findByRole('alert')).toHaveTextContent('Taken.')
  expect(input).toHaveAccessibleDescription('Taken. Any name')
  expect(input).toHaveAttribute('aria-invalid', 'true')
})
