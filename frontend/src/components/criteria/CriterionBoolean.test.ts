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
  const radio = (name: string) => screen.getByRole('radio', { name })
  expect(radio('Any')).toBeChecked()
  await userEvent.click(radio('Yes'))
  expect(answer.value).toBe(true)
  await userEvent.click(radio('No'))
  expect(answer.value).toBe(false)
  await userEvent.click(radio('Any'))
  expect(answer.value).toBeNull()
})
