import { waitFor } from '@testing-library/vue'
import { HttpResponse } from 'msw'
import { reactive } from 'vue'
import { describe, expect, it } from 'vitest'
import { emptyFields, type Fields } from '@/criteria/fields'
import { select } from '@/testing/build'
import { runComposable } from '@/testing/render'
import { onGet, problem } from '@/testing/server'
import { useOptionLists } from './useOptionLists'

const country = select('country')
const region = select('region', {}, ['country'])
const COUNTRIES = [
  { value: 33, label: 'France' },
  { value: 32, label: 'Belgium' },
]

function path(name: string) {
  return `/interfaces/labs/options/${name}`
}

async function open(criteria: (typeof country)[], filled: Fields = {}) {
  const fields = reactive<Fields>({ ...emptyFields(criteria), ...filled })
  const { result } = await runComposable(() => useOptionLists(criteria, fields))
  return { fields, ...result }
}

describe('option lists', () => {
  it('load at once, and one that fails leaves the other usable', async () => {
    onGet(path('country'), { options: COUNTRIES, more: false })
    onGet(path('region'), () => problem(503, { detail: 'The source lab is away.' }))
    const { lists, load } = await open([country, region])
    const loading = load()
    expect(lists.country?.isLoading).toBe(true)
    expect(lists.region?.isLoading).toBe(true)
    await loading
    expect(lists.country?.options).toEqual(COUNTRIES)
    expect(lists.region?.error?.detail).toBe('The source lab is away.')

    onGet(path('region'), { options: [{ value: 1, label: 'Brittany' }], more: false })
    await lists.region?.load()
    expect(lists.region?.error).toBeNull()
    expect(lists.region?.options).toHaveLength(1)
  })

  it('give values from an address their own type and their label', async () => {
    onGet(path('country'), { options: COUNTRIES, more: false })
    const { fields, lists, load } = await open([country], {
      country: { value: ['33'], not: false },
    })
    await load()
    expect(fields.country?.value).toEqual([33])
    expect(lists.country?.selected).toEqual([{ value: 33, label: 'France' }])
  })

  it('ask for the labels that a partial list does not hold', async () => {
    const asked = onGet(path('country'), ({ url }) =>
      url.searchParams.has('value')
        ? HttpResponse.json({ options: [{ value: 34, label: 'Spain' }], more: false })
        : HttpResponse.json({ options: COUNTRIES, more: true }),
    )
    const { fields, lists, load } = await open([country], {
      country: { value: ['33', '34'], not: false },
    })
    await load()
    expect(asked[1]?.url.search).toBe('?value=34')
    expect(fields.country?.value).toEqual([33, 34])
    expect(lists.country?.selected.map(({ label }) => label)).toEqual(['France', 'Spain'])
  })

  it('load again when what they depend on changes, and drop what no longer fits, visibly', async () => {
    onGet(path('country'), { options: COUNTRIES, more: false })
    const asked = onGet(path('region'), ({ url }) =>
      HttpResponse.json({
        options: url.searchParams.getAll('country').includes('33')
          ? [{ value: 1, label: 'Brittany' }]
          : [{ value: 2, label: 'Flanders' }],
        more: false,
      }),
    )
    const { fields, lists, load } = await open([country, region], {
      country: { value: [33], not: false },
      region: { value: [1], not: false },
    })
    await load()
    expect(fields.region?.value).toEqual([1])

    fields.country = { value: [32], not: false }
    await waitFor(() => expect(fields.region?.value).toEqual([]))
    expect(lists.region?.dropped).toEqual(['Brittany'])
    expect(asked.at(-1)?.url.search).toBe('?country=32')
  })

  it('leave out what belongs to a value that is excluded', async () => {
    onGet(path('country'), { options: COUNTRIES, more: true })
    const regions = [
      { value: 1, label: 'Brittany' },
      { value: 2, label: 'Flanders' },
    ]
    onGet(path('region'), ({ url }) =>
      HttpResponse.json({
        options: url.searchParams.has('country') ? regions.slice(0, 1) : regions,
        more: false,
      }),
    )
    const { lists, load } = await open([country, region], {
      country: { value: [33], not: true },
    })
    await load()
    expect(lists.region?.options.map(({ label }) => label)).toEqual(['Flanders'])
  })

  it('say which criterion is to be filled in first', async () => {
    onGet(path('country'), { options: COUNTRIES, more: false })
    onGet(path('region'), { options: [], more: false })
    const { fields, lists, load } = await open([country, region])
    await load()
    expect(lists.region?.lackedParents).toEqual(['Country'])
    fields.country = { value: [33], not: false }
    await waitFor(() => expect(lists.region?.lackedParents).toEqual([]))
  })

  it('are looked up on the server while the user types, once the typing pauses', async () => {
    const asked = onGet(path('country'), { options: COUNTRIES, more: true })
    const { lists, load } = await open([country])
    await load()
    lists.country?.lookUp('b')
    lists.country?.lookUp('be')
    lists.country?.lookUp('bel')
    await waitFor(() => expect(asked).toHaveLength(2))
    expect(asked[1]?.url.search).toBe('?q=bel')
  })
})
