import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import { criterion } from '@/testing/build'
import { renderPage } from '@/testing/render'
import CriterionBoolean from './CriterionBoolean.vue'

it('knows yes, no, and neither', async () => {
  const answer = ref<boolean | null>(null)
  await renderPage(() =>
    h(CriterionBoolean, {
      criterion: criterion('boolean'),
      inputId: 'active',
      describedBy: undefined,
      isInvalid: false,
      modelValue: answer.value,
      'onUpdate:modelValue': (value: boolean | null) => (answer.value = value),
    }),
  )
  const [any, yes, no] = screen.getAllByRole('radio')
  expect(any).toBeChecked()
  await userEvent.click(yes!)
  expect(answer.value).toBe(true)
  await userEvent.click(no!)
  expect(answer.value).toBe(false)
  await userEvent.click(any!)
  expect(answer.value).toBeNull()
})
