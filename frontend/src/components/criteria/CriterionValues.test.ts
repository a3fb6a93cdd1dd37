import { fireEvent, screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import type { ListValue } from '@/criteria/fields'
import { provideFormId } from '@/composables/lists/useListTarget'
import { criterion, valueList } from '@/testing/build'
import { defined, renderPage } from '@/testing/render'
import { onGet, onPost, problem } from '@/testing/server'
import CriterionValues from './CriterionValues.vue'

type Values = (string | number)[] | ListValue

async function renderValues(initial: Values = [], about = {}) {
  const values = ref<Values>(initial)
  const host = defineComponent({
    setup() {
      provideFormId('labs')
      return () =>
        h(CriterionValues, {
          criterion: criterion('values', { name: 'domain', label: 'Domains', ...about }),
          inputId: 'domains',
          isInvalid: false,
          modelValue: values.value,
          'onUpdate:modelValue': (given: Values) => (values.value = given),
        })
    },
  })
  const { container } = await renderPage(host)
  return { values, place: defined(container.querySelector('.values')) }
}

const area = () => screen.getByRole<HTMLTextAreaElement>('textbox')

function paste(lines: string[]) {
  const text = lines.join('\n')
  return fireEvent.paste(area(), { clipboardData: { getData: () => text } })
}

const MANY = Array.from({ length: 300 }, (_, at) => `labs${at}.example`)

describe('values', () => {
  it('too many for an address become a list, for the criterion that they were pasted into', async () => {
    const asked = onPost('/value-lists', valueList({ name: 'Pasted lines', values: 300 }))
    const { values } = await renderValues()
    await paste(MANY)
    await waitFor(() => expect(values.value).toEqual({ list: 'l-1' }))
    expect(asked[0]?.body).toBe(MANY.join('\n'))
    expect(Object.fromEntries(defined(asked[0]).url.searchParams)).toEqual({
      interface: 'labs',
      criterion: 'domain',
      name: 'Pasted lines',
    })
    expect(await screen.findByText('300 values')).toBeInTheDocument()
  })

  it('that can be kept nowhere are searched as they are, and no fault is told', async () => {
    const asked = onPost('/value-lists', () => problem(503))
    const { values } = await renderValues()
    await paste(MANY)
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(await screen.findByText('300 values')).toBeInTheDocument()
    expect(values.value).toEqual(MANY)
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('that are few stay lines, though they are long', async () => {
    const asked = onPost('/value-lists', valueList())
    const { values } = await renderValues()
    const long = [`${'a'.repeat(2500)}.example`, 'b.example']
    await paste(long)
    expect(values.value).toEqual(long)
    expect(asked).toEqual([])
  })

  it('are taken from a file that is dropped, or it is said why not', async () => {
    onPost('/value-lists', () => problem(422, { detail: 'This file has no values.' }))
    const { values, place } = await renderValues(['kept.example'])
    const files = [new File(['a'], 'domains.csv')]
    await fireEvent.drop(place, { dataTransfer: { files } })
    expect(await screen.findByRole('alert')).toHaveTextContent('This file has no values.')
    expect(values.value).toEqual(['kept.example'])

    onPost('/value-lists', valueList())
    await fireEvent.drop(place, { dataTransfer: { files } })
    await waitFor(() => expect(values.value).toEqual({ list: 'l-1' }))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('of a recent list are counted again: this criterion may read it another way', async () => {
    onGet('/value-lists', [valueList({ values: 1200 })])
    const asked = onGet('/value-lists/l-1', valueList({ values: 7 }))
    const { values } = await renderValues()
    await userEvent.click(await screen.findByRole('button', { name: /for Domains$/ }))
    await userEvent.click(await screen.findByText('domains.csv'))
    expect(values.value).toEqual({ list: 'l-1' })
    expect(await screen.findByText('7 values')).toBeInTheDocument()
    expect(asked).toHaveLength(1)
  })

  it('change with the field, when it is cleared or filled from an address', async () => {
    const { values } = await renderValues(['a.example'])
    expect(area()).toHaveValue('a.example')
    values.value = []
    await waitFor(() => expect(area()).toHaveValue(''))
  })
})
