import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Criteria } from '@/api/types'
import { criterion, form } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onPost, problem } from '@/testing/server'
import EmptyResult from './EmptyResult.vue'

const CRITERIA = ['name', 'city', 'country'].map((name) => criterion('text', { name }))
const NONE = /^No single criterion/

/** Answers how many rows there are without each criterion; null for a count that fails. */
async function renderEmpty(without: Record<string, number | null>, about = {}) {
  const relaxed = ref<string[]>([])
  const filled = Object.fromEntries(Object.keys(without).map((name) => [name, 'x']))
  onPost('/interfaces/labs/count', ({ body }) => {
    const { criteria } = body as { criteria: Criteria }
    const left = Object.keys(without).find((name) => !(name in criteria)) ?? ''
    const count = without[left] ?? null
    return count === null ? problem(504) : HttpResponse.json({ count, elapsed_ms: 1 })
  })
  await renderPage(() =>
    h(EmptyResult, {
      form: form(CRITERIA, about),
      criteria: filled,
      onRelax: (name: string) => relaxed.value.push(name),
    }),
  )
  await waitFor(() => expect(screen.queryByText('Counting…')).toBeNull())
  return relaxed
}

const labels = () =>
  screen.queryAllByRole('listitem').map(({ textContent }) => /^[A-Z][a-z]+/.exec(textContent)?.[0])

describe('no rows', () => {
  it('name the criterion that keeps the most away first, and search without it', async () => {
    const relaxed = await renderEmpty({ name: 2, city: 0, country: 1200 })
    expect(labels()).toEqual(['Country', 'Name', 'City'])
    expect(screen.getByText('1,200 rows without it')).toBeInTheDocument()
    expect(screen.getAllByRole('button')).toHaveLength(2)
    await userEvent.click(screen.getByRole('button', { name: 'Search without it: Country' }))
    expect(relaxed.value).toEqual(['country'])
  })

  it('say so where no single one does', async () => {
    await renderEmpty({ name: 0, city: 0 })
    expect(screen.getByText(NONE)).toBeInTheDocument()
    expect(screen.queryByRole('button')).toBeNull()
  })

  it('claim nothing of a criterion that could not be counted', async () => {
    await renderEmpty({ name: 0, city: null })
    expect(labels()).toEqual(['Name'])
    expect(screen.queryByText(NONE)).toBeNull()
  })

  it('say that there is nothing behind a form that was searched without criteria', async () => {
    await renderEmpty({})
    expect(screen.getByText('This form has no rows yet.')).toBeInTheDocument()
  })

  it('don’t offer to leave out the only criterion where one is needed', async () => {
    await renderEmpty({ name: 5 }, { require_one: true })
    expect(labels()).toEqual([])
  })
})
