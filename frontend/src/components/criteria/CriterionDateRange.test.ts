import { fireEvent, screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { RangeValue } from '@/criteria/fields'
import { criterion } from '@/testing/build'
import { renderPage } from '@/testing/render'
import CriterionDateRange from './CriterionDateRange.vue'

async function renderRange(initial: RangeValue) {
  const range = ref(initial)
  const picks = ref(0)
  await renderPage(() =>
    h(CriterionDateRange, {
      criterion: criterion('date_range', { label: 'Created' }),
      inputId: 'created',
      isInvalid: false,
      modelValue: range.value,
      onPick: () => picks.value++,
    }),
  )
  return { range, picks }
}

it('bounds each end by the other', async () => {
  const { range } = await renderRange({ from: '', to: '2026-02-01' })
  const from = screen.getByLabelText('Created, from')
  expect(from).toHaveAttribute('max', '2026-02-01')
  expect(screen.getByLabelText('Created, to')).not.toHaveAttribute('min')
  await fireEvent.update(from, '2026-01-15')
  expect(range.value).toEqual({ from: '2026-01-15', to: '2026-02-01' })
  expect(screen.getByLabelText('Created, to')).toHaveAttribute('min', '2026-01-15')
})

it.each(['next_week', 'constructor'])(
  'shows a name that stands for no days as a link gave it: %s',
  async (preset) => {
    const { picks } = await renderRange({ from: '', to: '', preset })
    await userEvent.click(screen.getByRole('button', { name: `Created: ${preset}` }))
    expect(picks.value).toBe(1)
    expect(screen.queryByLabelText('Created, from')).toBeNull()
  },
)
