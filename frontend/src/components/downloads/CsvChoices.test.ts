import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Dialect } from '@/api/types'
import { PRESETS, PRESET_NAMES } from '@/table/dialects'
import { defined, renderPage } from '@/testing/render'
import CsvChoices from './CsvChoices.vue'

async function renderChoices() {
  const [name] = PRESET_NAMES
  const dialect = ref<Dialect>({ ...PRESETS[defined(name)] })
  await renderPage(() =>
    h(CsvChoices, {
      rows: [],
      columns: [],
      modelValue: dialect.value,
      'onUpdate:modelValue': (value: Dialect) => (dialect.value = value),
    }),
  )
  return dialect
}

const presets = () => screen.getAllByRole<HTMLInputElement>('radio')

it('takes all of what a spreadsheet wants at once', async () => {
  const dialect = await renderChoices()
  expect(presets()).toHaveLength(PRESET_NAMES.length)
  for (const radio of presets()) {
    await userEvent.click(radio)
    expect(dialect.value).toEqual(PRESETS[radio.value as keyof typeof PRESETS])
    expect(presets().filter(({ checked }) => checked)).toEqual([radio])
  }
})

it('changes one choice and leaves the others, and is no preset then', async () => {
  const dialect = await renderChoices()
  const before = { ...dialect.value }
  const [delimiter] = screen.getAllByRole('combobox')
  await userEvent.selectOptions(defined(delimiter), '\t')
  expect(dialect.value).toEqual({ ...before, delimiter: '\t' })
  const [mark] = screen.getAllByRole('checkbox')
  await userEvent.click(defined(mark))
  expect(dialect.value).toEqual({ ...before, delimiter: '\t', bom: !before.bom })
  expect(presets().filter(({ checked }) => checked)).toEqual([])
})
