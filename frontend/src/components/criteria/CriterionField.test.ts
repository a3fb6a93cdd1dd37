import { fireEvent, screen, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { defineComponent, h, reactive } from 'vue'
import { describe, expect, it } from 'vitest'
import type { Criterion } from '@/api/types'
import { emptyField, type Field } from '@/criteria/fields'
import { criterion } from '@/testing/build'
import { renderPage } from '@/testing/render'
import CriterionField from './CriterionField.vue'

async function renderField(about: Criterion, initial: Partial<Field> = {}, error?: string) {
  const state = reactive({ field: { ...emptyField(about), ...initial }, submits: 0 })
  const host = defineComponent({
    render: () =>
      h(CriterionField, {
        criterion: about,
        error,
        modelValue: state.field,
        'onUpdate:modelValue': (field: Field) => (state.field = field),
        onSubmit: () => state.submits++,
      }),
  })
  await renderPage(host)
  return state
}

const condition = () => screen.getByRole('combobox', { name: 'Name: condition' })

async function ask(word: string) {
  await userEvent.selectOptions(
    condition(),
    within(condition()).getByRole('option', { name: word }),
  )
}

describe('a criterion', () => {
  it('of text takes text; Enter searches, and Escape clears', async () => {
    const state = await renderField(criterion('text', { label: 'Name' }))
    const input = screen.getByLabelText('Name')
    await userEvent.type(input, 'labs{Enter}')
    expect(state).toEqual({ field: { value: 'labs', not: false }, submits: 1 })
    await userEvent.type(input, '{Escape}')
    expect(state.field.value).toBe('')
  })

  it('of a number keeps canonical digits whatever the language', async () => {
    const state = await renderField(criterion('number', { label: 'Employees' }))
    await userEvent.type(screen.getByLabelText('Employees'), '1,234.5')
    expect(state.field.value).toBe('1234.5')
  })

  it('of a number range has two ends', async () => {
    const state = await renderField(criterion('number_range', { label: 'Employees' }))
    await userEvent.type(screen.getByLabelText('Employees, from'), '10')
    await userEvent.type(screen.getByLabelText('Employees, to'), '20')
    expect(state.field.value).toEqual({ from: '10', to: '20' })
    expect(screen.getByRole('group', { name: 'Employees' })).toBeVisible()
  })

  it('of a date range takes dates', async () => {
    const state = await renderField(criterion('date_range', { label: 'Created' }))
    await fireEvent.update(screen.getByLabelText('Created, from'), '2026-01-01')
    expect(state.field.value).toEqual({ from: '2026-01-01', to: '' })
  })

  it('of a date range takes days by name, which stay relative until they are kept as dates', async () => {
    const state = await renderField(criterion('date_range', { label: 'Created' }))
    await userEvent.click(screen.getByRole('button', { name: 'Periods, for Created' }))
    await userEvent.click(await screen.findByText('Last year'))
    expect(state.field.value).toEqual({ from: '', to: '', preset: 'last_year' })
    const year = new Date().getFullYear() - 1
    const named = screen.getByRole('button', { name: /^Created: Last year .*31/ })
    await userEvent.click(named)
    await userEvent.click(await screen.findByText('Keep these as dates'))
    expect(state.field.value).toEqual({ from: `${year}-01-01`, to: `${year}-12-31` })
  })

  it('of a boolean is any, yes or no', async () => {
    const state = await renderField(criterion('boolean', { label: 'Active' }))
    expect(screen.getByRole('radio', { name: 'Any' })).toBeChecked()
    await userEvent.click(screen.getByRole('radio', { name: 'No' }))
    expect(state.field.value).toBe(false)
  })

  it('of values counts pasted lines as typed, and says what it removed', async () => {
    const state = await renderField(criterion('values', { label: 'Domains' }))
    const lines = Array.from({ length: 5000 }, (_, at) => `labs${at}.example`)
    await fireEvent.update(
      await screen.findByLabelText('Domains'),
      [...lines, '', 'labs1.example'].join('\n'),
    )
    expect(screen.getByText('5,000 values')).toBeVisible()
    expect(screen.getByText(/1 duplicate, 1 blank removed/)).toBeVisible()
    expect(state.field.value).toHaveLength(5000)
  })

  it('of values goes to the next line by Enter, and searches by Ctrl+Enter', async () => {
    const state = await renderField(criterion('values', { label: 'Domains' }))
    await userEvent.type(await screen.findByLabelText('Domains'), 'a{Enter}b')
    expect(state).toMatchObject({ field: { value: ['a', 'b'] }, submits: 0 })
    await userEvent.type(screen.getByLabelText('Domains'), '{Control>}{Enter}{/Control}')
    expect(state.submits).toBe(1)
  })

  it('can be turned round', async () => {
    const state = await renderField(criterion('text', { label: 'Name' }), { value: 'labs' })
    await ask('does not contain')
    expect(state.field).toEqual({ value: 'labs', not: true })
    await ask('contains')
    expect(state.field).toEqual({ value: 'labs', not: false })
  })

  it.each<[string, Criterion, string[]]>([
    [
      'a text',
      criterion('text', { label: 'Name' }),
      [
        'contains',
        'does not contain',
        'begins with',
        'does not begin with',
        'is exactly',
        'is not exactly',
        'is empty',
        'is not empty',
      ],
    ],
    [
      'a text that its author compares to the letter',
      criterion('text', { label: 'Name', match: 'exact', operators: ['exact', 'empty'] }),
      ['is', 'is not', 'is empty', 'is not empty'],
    ],
    [
      'a number',
      criterion('number', { label: 'Name' }),
      ['is', 'is not', 'is empty', 'is not empty'],
    ],
    [
      'what can’t be turned round',
      criterion('text', { label: 'Name', negatable: false, operators: ['contains', 'exact'] }),
      ['contains', 'is exactly'],
    ],
    [
      'what compares by SQL of its own',
      criterion('text', { label: 'Name', operators: [] }),
      ['is', 'is not'],
    ],
  ])('offers how it may be asked: %s', async (_, about, words) => {
    await renderField(about)
    expect(
      within(condition())
        .getAllByRole('option')
        .map((o) => o.textContent.trim()),
    ).toEqual(words)
  })

  it('keeps what was typed while it asks for rows without a value', async () => {
    const state = await renderField(criterion('text', { label: 'Name' }), { value: 'labs' })
    await ask('is empty')
    expect(state.field).toEqual({ value: 'labs', not: false, operator: 'empty' })
    expect(screen.queryByRole('textbox')).toBeNull()
    expect(screen.getByText('Finds rows without a value')).toBeVisible()
    await ask('is not empty')
    expect(screen.getByText('Finds rows that have a value')).toBeVisible()
    await ask('begins with')
    expect(screen.getByLabelText('Name')).toHaveValue('labs')
  })

  it('shows how a link asks, also where its form no longer offers that', async () => {
    const about = criterion('text', { label: 'Name', operators: ['contains'] })
    await renderField(about, { value: 'labs', operator: 'prefix' })
    expect(within(condition()).getByRole('option', { name: 'begins with' })).toHaveProperty(
      'selected',
      true,
    )
  })

  it('has no such choice when its definition takes it away', async () => {
    await renderField(
      criterion('text', { label: 'Name', negatable: false, operators: ['contains'] }),
      { value: 'labs' },
    )
    expect(screen.queryByRole('combobox')).toBeNull()
    expect(screen.getByText('contains')).toBeVisible()
  })

  it('is cleared by its button', async () => {
    const state = await renderField(criterion('text', { label: 'Name' }), {
      value: 'x',
      not: true,
      operator: 'exact',
    })
    await userEvent.click(screen.getByRole('button', { name: 'Clear Name' }))
    expect(state.field).toEqual({ value: '', not: false })
  })

  it('says that it is required, what it is for and what is wrong, also to a screen reader', async () => {
    const about = criterion('text', { label: 'Name', required: true, help: 'Any part of it.' })
    await renderField(about, {}, 'Too short.')
    const input = screen.getByRole('textbox', { name: 'Name' })
    expect(input).toBeRequired()
    expect(input).toBeInvalid()
    expect(input).toHaveAccessibleDescription('Any part of it. Too short.')
    expect(screen.getByText('Too short.')).toBeVisible()
  })
})
