import { fireEvent, screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { RecordValues, StoredRecord } from '@/api/types'
import { recordField } from '@/testing/build'
import { defined, renderPage } from '@/testing/render'
import { onGet, onPost, problem } from '@/testing/server'
import RecordEditor from './RecordEditor.vue'

const FIELDS = [
  recordField({ name: 'id', label: 'Id', is_key: true, required: true }),
  recordField({ name: 'city', label: 'City', max_length: 9 }),
  recordField({ name: 'note', label: 'Note', type: 'multiline' }),
]
const FORM = { title: 'Site', key: ['id'], fields: FIELDS, time_zone: 'UTC' }

function stored(values: RecordValues = {}, etag = '"1"'): StoredRecord {
  return { key: '7', values: { id: '7', city: 'Dijon', note: null, ...values }, etag }
}

async function renderEditor(record: StoredRecord | null = stored()) {
  const heard = ref<string[]>([])
  const dirty = ref<boolean[]>([])
  await renderPage(() =>
    h(RecordEditor, {
      interfaceId: 'sites',
      form: FORM,
      record,
      onSaved: ({ etag }: StoredRecord) => heard.value.push(`saved ${etag}`),
      onGone: () => heard.value.push('gone'),
      onDirty: (isDirty: boolean) => dirty.value.push(isDirty),
    }),
  )
  return { heard, dirty, form: defined(document.querySelector('form')) }
}

const field = (name: string) => screen.getByRole('textbox', { name: new RegExp(`^${name}`) })
const button = (name: string) => screen.getByRole('button', { name })

/** The city is changed, and somebody else was quicker: the server has `theirs` by now. */
async function meetConflict(theirs: StoredRecord | null) {
  const page = await renderEditor()
  onPost('/interfaces/sites/records/7', () => problem(412))
  onGet('/interfaces/sites/records/7', () => (theirs ? HttpResponse.json(theirs) : problem(404)))
  await userEvent.type(field('City'), ' Est')
  await userEvent.click(button('Save'))
  await screen.findByRole('alertdialog')
  return page
}

describe('the form of a record', () => {
  it('sends what was changed alone, and only once it was', async () => {
    const asked = onPost('/interfaces/sites/records/7', { ...stored({}, '"2"') })
    const { heard, form } = await renderEditor()
    expect(button('Save')).toBeDisabled()
    await fireEvent.submit(form)
    expect(asked).toEqual([])
    await userEvent.type(field('City'), ' E')
    await Promise.all([fireEvent.submit(form), fireEvent.submit(form)])
    await waitFor(() => expect(heard.value).toEqual(['saved "2"']))
    expect(asked.map(({ body }) => body)).toEqual([{ values: { city: 'Dijon E' } }])
  })

  it('is made of what is filled in: the database has defaults for the rest', async () => {
    const asked = onPost('/interfaces/sites/records', { ...stored({}, '"1"') })
    const { heard } = await renderEditor(null)
    await userEvent.type(field('Id'), '8')
    await userEvent.click(button('Create'))
    await waitFor(() => expect(heard.value).toEqual(['saved "1"']))
    expect(asked[0]?.body).toEqual({ values: { id: '8' } })
  })

  it('is not sent while something is wrong, and leads to it', async () => {
    const asked = onPost('/interfaces/sites/records', { ...stored() })
    await renderEditor(null)
    await userEvent.type(field('City'), 'Saint-Étienne')
    await userEvent.click(button('Create'))
    await waitFor(() => expect(field('Id')).toHaveFocus())
    expect(field('Id')).toHaveAccessibleDescription('Fill this in.')
    expect(field('City')).toHaveAccessibleDescription('There is room for 9 characters.')
    expect(asked).toEqual([])
  })

  it('says what the server refused at its field, until that changes', async () => {
    const errors = [{ pointer: '/values/city', detail: 'No such city.' }]
    onPost('/interfaces/sites/records/7', () => problem(422, { errors }))
    const { heard } = await renderEditor()
    await userEvent.type(field('City'), 'x')
    await userEvent.click(button('Save'))
    await waitFor(() => expect(field('City')).toHaveAccessibleDescription('No such city.'))
    await userEvent.type(field('City'), 'y')
    expect(field('City')).not.toBeInvalid()
    expect(heard.value).toEqual([])
  })

  it('says of a key that is there already that it is taken', async () => {
    onPost('/interfaces/sites/records', () => problem(412))
    await renderEditor(null)
    await userEvent.type(field('Id'), '7')
    await userEvent.click(button('Create'))
    await waitFor(() =>
      expect(field('Id')).toHaveAccessibleDescription('There is one with this key already.'),
    )
  })
})

describe('a record that others changed meanwhile', () => {
  it('shows what they did beside what is mine, and saves mine on top of it', async () => {
    const { heard } = await meetConflict(stored({ city: 'Lyon', note: 'moved' }, '"2"'))
    const rows = screen.getAllByRole('row').map((row) => {
      const cells = [...row.querySelectorAll('th, td')]
      return cells.map(({ textContent }) => textContent)
    })
    expect(rows).toEqual([
      ['Field', 'Was', 'Is now', 'Yours'],
      ['City', 'Dijon', 'Lyon', 'Dijon Est'],
      ['Note', '–', 'moved', 'not changed by you'],
    ])
    expect(button('Save')).toBeDisabled()
    const asked = onPost('/interfaces/sites/records/7', { ...stored({}, '"3"') })
    await userEvent.click(button('Save mine as well'))
    await waitFor(() => expect(heard.value).toEqual(['saved "3"']))
    expect(asked[0]?.body).toEqual({ values: { city: 'Dijon Est' } })
  })

  it('is as they left it where mine is given up', async () => {
    const { heard, dirty } = await meetConflict(stored({ city: 'Lyon', note: 'moved' }, '"2"'))
    await userEvent.click(button('Discard mine'))
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull())
    expect(field('City')).toHaveValue('Lyon')
    expect(field('Note')).toHaveValue('moved')
    expect(dirty.value.at(-1)).toBe(false)
    expect(heard.value).toEqual([])
  })

  it('is saved though they made the same change: nothing is left to send', async () => {
    const { heard } = await meetConflict(stored({ city: 'Dijon Est' }, '"2"'))
    const asked = onPost('/interfaces/sites/records/7', { ...stored({}, '"2"') })
    await userEvent.click(button('Save mine as well'))
    await waitFor(() => expect(heard.value).toEqual(['saved "2"']))
    expect(asked[0]?.body).toEqual({ values: {} })
  })

  it('and deleted is created again, or left at that', async () => {
    const { heard } = await meetConflict(null)
    expect(screen.queryByRole('table')).toBeNull()
    const asked = onPost('/interfaces/sites/records/7', () => problem(503))
    await userEvent.click(button('Create it again'))
    await waitFor(() => expect(asked[0]?.body).toEqual({ values: { id: '7', city: 'Dijon Est' } }))
    expect(heard.value).toEqual([])
  })

  it('and deleted can be left deleted', async () => {
    const { heard } = await meetConflict(null)
    await userEvent.click(button('Leave it deleted'))
    expect(heard.value).toEqual(['gone'])
  })
})
