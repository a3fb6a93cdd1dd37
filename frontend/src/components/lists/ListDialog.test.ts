import { screen, waitFor, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { h, ref, shallowRef } from 'vue'
import type { ValueList } from '@/api/types'
import { criterion, valueList } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onPatch, problem } from '@/testing/server'
import ListDialog from './ListDialog.vue'

const TWO_COLUMNS = {
  columns: ['Domain', null],
  sample: [
    ['labs.example', 'Paris'],
    ['mill.example', 'Lyon'],
  ],
}

async function renderDialog(about: Partial<ValueList> = {}, normalize: string[] = []) {
  const list = shallowRef(valueList(about))
  const isOpen = ref(true)
  await renderPage(() =>
    h(ListDialog, {
      list: list.value,
      criterion: criterion('values', { name: 'domain', normalize } as never),
      target: { interface: 'labs', criterion: 'domain' },
      modelValue: isOpen.value,
      'onUpdate:modelValue': (open: boolean) => (isOpen.value = open),
      onChange: (changed: ValueList) => (list.value = changed),
    }),
  )
  await screen.findByRole('heading', { name: list.value.name })
  return { list, isOpen }
}

const column = (name: string) => screen.getByRole('radio', { name })
const choice = (name: string) => screen.getByRole<HTMLSelectElement>('combobox', { name })

describe('how a file was read', () => {
  it('takes another column, as the criterion wants it read', async () => {
    const asked = onPatch('/value-lists/l-1', valueList({ ...TWO_COLUMNS, column: 1, values: 2 }))
    const { list } = await renderDialog(TWO_COLUMNS)
    expect(column('Domain')).toBeChecked()
    await userEvent.click(column('Column 2'))
    await waitFor(() => expect(list.value.column).toBe(1))
    expect(asked[0]?.body).toEqual({ column: 1 })
    expect(asked[0]?.url.search).toBe('?interface=labs&criterion=domain')
    expect(screen.getByRole('cell', { name: 'Paris' })).toHaveClass('chosen')
  })

  it('stays as it is where it could not be read another way, and says why', async () => {
    onPatch('/value-lists/l-1', () => problem(422, { detail: 'That column has no values.' }))
    const { list } = await renderDialog(TWO_COLUMNS)
    await userEvent.click(column('Column 2'))
    expect(await screen.findByText('That column has no values.')).toBeInTheDocument()
    expect(column('Domain')).toBeChecked()
    await userEvent.selectOptions(choice('Separated by'), 'tab')
    await screen.findByText('That column has no values.')
    expect(choice('Separated by')).toHaveValue(',')
    expect(list.value.column).toBe(0)
  })

  it('of a doubtful file offers the likely encodings first, each once', async () => {
    const asked = onPatch('/value-lists/l-1', valueList({ encoding: 'windows-1250' }))
    await renderDialog({
      encoding: 'windows-1252',
      likely_encodings: ['windows-1252', 'windows-1250'],
    })
    expect(screen.getByText(/letters of this file look wrong/)).toBeInTheDocument()
    const options = within(choice('Encoding')).getAllByRole<HTMLOptionElement>('option')
    const names = options.map(({ value }) => value)
    expect(names.slice(0, 2)).toEqual(['windows-1252', 'windows-1250'])
    expect(new Set(names).size).toBe(names.length)
    await userEvent.selectOptions(choice('Encoding'), 'windows-1250 (Central Europe)')
    await waitFor(() => expect(screen.queryByText(/letters of this file/)).toBeNull())
    expect(asked[0]?.body).toEqual({ encoding: 'windows-1250' })
  })

  it('of a workbook has sheets, and neither an encoding nor what separates values', async () => {
    const asked = onPatch('/value-lists/l-1', valueList({ sheets: ['May', 'June'], sheet: 'June' }))
    await renderDialog({ sheets: ['May', 'June'], sheet: 'May', delimiter: null })
    expect(screen.queryByRole('combobox', { name: 'Encoding' })).toBeNull()
    expect(screen.queryByRole('combobox', { name: 'Separated by' })).toBeNull()
    await userEvent.selectOptions(choice('Sheet'), 'June')
    await waitFor(() => expect(choice('Sheet')).toHaveValue('June'))
    expect(asked[0]?.body).toEqual({ sheet: 'June' })
  })

  it('knows the line of names that was found, wherever it stands, and can do without', async () => {
    const asked = onPatch('/value-lists/l-1', () => HttpResponse.json(valueList()))
    await renderDialog({ header_line: 40, first_lines: [{ line: 1, text: 'Report' }] })
    expect(choice('Column names')).toHaveValue('40')
    await userEvent.selectOptions(choice('Column names'), 'none: values from line 1 on')
    await waitFor(() => expect(asked[0]?.body).toEqual({ header_line: null }))
  })

  it('tells what was left out, and which differences count for nothing', async () => {
    const malformed_sample = Array.from({ length: 7 }, (_, at) => ({
      line: at,
      value: `bad-${at}`,
    }))
    await renderDialog({ malformed: 7, malformed_sample }, ['lower', 'nfc'])
    expect(screen.getAllByText(/^bad-/)).toHaveLength(5)
    expect(screen.getByText('Capital letters make no difference.')).toBeInTheDocument()
  })
})
