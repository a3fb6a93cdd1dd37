import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { defineComponent, h, reactive } from 'vue'
import type { Criterion, OptionValue } from '@/api/types'
import { settleKeys } from '@/composables/form/useOptionLists'
import { useOptionList, type OptionListState } from '@/composables/form/useOptionList'
import { select } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onGet, problem } from '@/testing/server'
import CriterionSelect from './CriterionSelect.vue'

const CITIES = ['Bruges', 'Lille', 'Lyon', 'Nantes'].map((label, at) => ({ value: at + 1, label }))
const PATH = '/interfaces/labs/options/city'

/** A select whose options are answered once the test says so. */
async function open(about: Partial<Criterion> = {}, onServer = false, fails = false) {
  const options = { url: `/api/v1${PATH}`, depends_on: [], search: onServer }
  const criterion = { ...select('city', about), options }
  const answers: (() => void)[] = []
  const asked = onGet(PATH, async ({ url }) => {
    const q = url.searchParams.get('q')?.toLowerCase() ?? ''
    await new Promise<void>((resolve) => answers.push(resolve))
    if (fails) return problem(503, { detail: 'The source lab is away.' })
    const found = CITIES.filter(({ label }) => label.toLowerCase().includes(q))
    return HttpResponse.json({ options: found, more: onServer && q === '' })
  })
  const field = reactive<{ value: OptionValue[]; not: boolean }>({ value: [], not: false })
  const heard = { submits: 0, clears: 0 }
  const drawn = { list: null as OptionListState | null }
  const host = defineComponent({
    setup() {
      const list = useOptionList(criterion, { city: field })
      drawn.list = list
      void list.load()
      return () => [
        h(CriterionSelect, {
          criterion,
          list,
          inputId: 'city',
          isInvalid: false,
          modelValue: field.value,
          'onUpdate:modelValue': (value: OptionValue[]) => (field.value = value),
          onSubmit: () => heard.submits++,
          onClear: () => heard.clears++,
        }),
        h('button', 'Next'),
      ]
    },
  })
  await renderPage(host)
  const list = drawn.list as unknown as OptionListState
  const input = screen.getByRole('combobox', { name: 'City' })
  return {
    input,
    list,
    field,
    heard,
    asked,
    /** Let the server answer until the options are those that are wanted. */
    settle: async () => {
      while (list.isLoading) {
        for (const one of answers.splice(0)) one()
        await new Promise((resolve) => setTimeout(resolve))
      }
    },
  }
}

const isOpen = (input: HTMLElement) => input.getAttribute('aria-expanded') === 'true'
const lit = (input: HTMLElement) => input.getAttribute('aria-activedescendant')

describe('keys that are faster than the options', () => {
  it('choose what they would have chosen with the options there', async () => {
    const { input, field, heard, settle } = await open()
    input.focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}{Escape}')
    expect(field.value).toEqual([])
    await settle()
    await waitFor(() => expect(field.value).toEqual([2]))
    await waitFor(() => expect(isOpen(input)).toBe(false))
    expect(heard).toEqual({ submits: 0, clears: 0 })
  })

  it('choose by what was typed, one after the other', async () => {
    const { input, field, asked, settle } = await open({}, true)
    await settle()
    await userEvent.type(input, 'lyo{Enter}nant{Enter}')
    expect(field.value).toEqual([])
    await settle()
    await waitFor(() => expect(asked.some(({ url }) => url.search === '?q=nant')).toBe(true))
    await settle()
    await waitFor(() => expect(field.value).toEqual([3, 4]))
    expect(asked.map(({ url }) => url.search)).toContain('?q=lyo')
  })

  it('choose on leaving the field, too', async () => {
    const { input, field, list, settle } = await open({ multiple: false }, true)
    await settle()
    await userEvent.type(input, 'lyo{Tab}')
    expect(input).not.toHaveFocus()
    const settling = settleKeys({ city: list })
    await settle()
    expect(await settling).toBe(true)
    expect(field.value).toEqual([3])
    await waitFor(() => expect(input).toHaveValue('Lyon'))
  })

  it('search once the choice is made', async () => {
    const { input, field, heard, settle } = await open({ multiple: false })
    input.focus()
    await userEvent.keyboard('{ArrowDown}{Enter}{Enter}')
    expect(heard.submits).toBe(0)
    await settle()
    await waitFor(() => expect(heard.submits).toBe(1))
    expect(field.value).toEqual([1])
  })

  it('mean nothing where the options can not be had', async () => {
    const { input, list, field, heard, settle } = await open({}, false, true)
    input.focus()
    await userEvent.keyboard('{ArrowDown}{Enter}')
    const settling = settleKeys({ city: list })
    await settle()
    expect(await settling).toBe(false)
    expect(field.value).toEqual([])
    expect(heard.submits).toBe(0)
  })

  it('are forgotten with a second Escape, and by who edits the text', async () => {
    const { input, field, heard, settle, list } = await open()
    input.focus()
    await userEvent.keyboard('{ArrowDown}{Enter}{Escape}{Escape}')
    expect(heard.clears).toBe(1)
    await userEvent.keyboard('{ArrowDown}{Enter}')
    expect(list.heldKeys).toHaveLength(2)
    await userEvent.paste('Li')
    await settle()
    expect(list.heldKeys).toEqual([])
    expect(field.value).toEqual([])
  })
})

describe('a select', () => {
  it('is gone through by the arrows, round its ends, without losing the text field', async () => {
    const { input, field, settle } = await open()
    await settle()
    input.focus()
    await userEvent.keyboard('{ArrowDown}')
    expect(isOpen(input)).toBe(true)
    expect(lit(input)).toBe('city-option-0')
    await userEvent.keyboard('{ArrowUp}')
    expect(lit(input)).toBe('city-option-3')
    await userEvent.keyboard('{ArrowDown}{PageDown}')
    expect(lit(input)).toBe('city-option-3')
    expect(input).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    expect(field.value).toEqual([4])
    await userEvent.keyboard('{Enter}')
    expect(field.value).toEqual([])
  })

  it('adds what was typed for, and never takes it away', async () => {
    const { input, field, settle } = await open()
    await settle()
    await userEvent.type(input, 'li{Enter}')
    expect(field.value).toEqual([2])
    await userEvent.keyboard('lil{Enter}')
    expect(field.value).toEqual([2])
  })

  it('keeps what was typed after a choice, and gives it up for what is typed next', async () => {
    const { input, field, settle } = await open()
    await settle()
    await userEvent.type(input, 'l')
    await userEvent.click(screen.getByRole('option', { name: /^L ?ille$/ }))
    expect(input).toHaveValue('l')
    await userEvent.click(screen.getByRole('option', { name: /^L ?yon$/ }))
    expect(field.value).toEqual([2, 3])
    await userEvent.keyboard('br')
    expect(input).toHaveValue('br')
    await userEvent.keyboard('{Enter}{Escape}')
    expect(field.value).toEqual([2, 3, 1])
    expect(input).toHaveValue('')
  })

  it('has what is chosen on top when it opens, and moves nothing while it is open', async () => {
    const { input, field, settle } = await open()
    await settle()
    const labels = () => screen.getAllByRole('option').map(({ textContent }) => textContent)
    field.value = [4]
    await userEvent.click(input)
    expect(labels()).toEqual(['Nantes', 'Bruges', 'Lille', 'Lyon'])
    await userEvent.click(screen.getByRole('option', { name: 'Lyon' }))
    expect(labels()).toEqual(['Nantes', 'Bruges', 'Lille', 'Lyon'])
    await userEvent.keyboard('{Escape}')
    expect(screen.queryByRole('option')).toBeNull()
    await userEvent.click(input)
    expect(labels()).toEqual(['Nantes', 'Lyon', 'Bruges', 'Lille'])
    expect(screen.getByRole('option', { name: 'Lyon' })).toHaveAttribute('aria-selected', 'true')
  })

  it('takes the last of what is chosen away by Backspace, once nothing is typed', async () => {
    const { input, field, settle } = await open()
    await settle()
    field.value = [1, 2]
    await userEvent.type(input, 'l{Backspace}')
    expect(field.value).toEqual([1, 2])
    await userEvent.keyboard('{Backspace}')
    expect(field.value).toEqual([1])
  })

  it('of one value loses it with its text', async () => {
    const { input, field, settle } = await open({ multiple: false })
    await settle()
    field.value = [2]
    await waitFor(() => expect(input).toHaveValue('Lille'))
    await userEvent.clear(input)
    expect(field.value).toEqual([])
  })

  it('closes by Enter while nothing in it is meant, and searches by the next', async () => {
    const { input, field, heard, settle } = await open()
    await settle()
    await userEvent.click(input)
    expect(isOpen(input)).toBe(true)
    await userEvent.keyboard('{Enter}')
    expect(isOpen(input)).toBe(false)
    expect(heard.submits).toBe(0)
    await userEvent.keyboard('{Enter}')
    expect(heard.submits).toBe(1)
    expect(field.value).toEqual([])
  })

  it('keeps its list where nothing matches what was typed', async () => {
    const { input, field, heard, settle } = await open()
    await settle()
    await userEvent.type(input, 'xyz{Enter}')
    expect(await screen.findByText('Nothing matches')).toBeInTheDocument()
    expect(field.value).toEqual([])
    expect(heard.submits).toBe(0)
  })

  it('chooses all that match what was typed at once', async () => {
    const { input, field, settle } = await open()
    await settle()
    await userEvent.type(input, 'l')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    expect(field.value).toEqual([2, 3])
    expect(input).toHaveValue('')
  })

  it('of one value takes the place of the one before', async () => {
    const { input, field, settle } = await open({ multiple: false })
    await settle()
    await userEvent.type(input, 'ly{Enter}')
    expect(field.value).toEqual([3])
    await waitFor(() => expect(isOpen(input)).toBe(false))
    await waitFor(() => expect(input).toHaveValue('Lyon'))
    await userEvent.keyboard('{ArrowDown}')
    expect(lit(input)).toBe('city-option-2')
    await userEvent.keyboard('{ArrowDown}{Enter}')
    expect(field.value).toEqual([4])
  })
})
