import { fireEvent, screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { RecordField as FieldOf } from '@/api/types'
import type { FieldValue } from '@/criteria/fields'
import { recordField } from '@/testing/build'
import { renderPage } from '@/testing/render'
import RecordField from './RecordField.vue'

async function renderField(about: Partial<FieldOf>, initial: FieldValue = '', props = {}) {
  const value = ref(initial)
  await renderPage(() =>
    h(RecordField, {
      field: recordField({ label: 'City', ...about }),
      isFixed: false,
      timeZone: 'Europe/Paris',
      modelValue: value.value,
      'onUpdate:modelValue': (given: FieldValue) => (value.value = given),
      ...props,
    }),
  )
  return value
}

const field = () => screen.getByLabelText(/^City/)

describe('a field', () => {
  it('of yes and no knows neither, too', async () => {
    const value = await renderField({ type: 'boolean' }, null)
    expect(field()).toHaveDisplayValue('–')
    for (const [shown, held] of [
      ['No', false],
      ['Yes', true],
      ['–', null],
    ] as const) {
      await userEvent.selectOptions(field(), shown)
      expect(value.value).toBe(held)
    }
  })

  it('of a moment says on whose clock it is', async () => {
    const value = await renderField({ type: 'datetime', help: 'When it opened.' })
    expect(field()).toHaveAccessibleDescription('When it opened. Time zone: Europe/Paris.')
    await fireEvent.update(field(), '2026-01-31T10:00:05')
    expect(value.value).toBe('2026-01-31T10:00:05')
  })

  it('of many values says how they are written', async () => {
    await renderField({ type: 'list' })
    expect(field()).toHaveAccessibleDescription('One value per line')
  })

  it('that is the key of a record can be read and not changed', async () => {
    const value = await renderField({ is_key: true }, '7', { isFixed: true })
    await userEvent.type(field(), '8')
    expect(field()).toHaveAttribute('readonly')
    expect(value.value).toBe('7')
  })

  it('says what helps and what is wrong, also to a screen reader', async () => {
    await renderField({ help: 'In French.', required: true }, '', { error: 'Fill this in.' })
    expect(field()).toBeInvalid()
    expect(field()).toBeRequired()
    expect(field()).toHaveAccessibleDescription('In French. Fill this in.')
    expect(screen.getByRole('alert')).toHaveTextContent('Fill this in.')
  })
})
