import { fireEvent, screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Extract, User } from '@/api/types'
import { arrange, asDefined } from '@/table/arrangement'
import { column, extract } from '@/testing/build'
import { defined } from '@/testing/render'
import { onGet, onPost, problem } from '@/testing/server'
import { renderInShell } from '@/testing/shell'
import ExtractDialog from './ExtractDialog.vue'

const COLUMNS = arrange(
  ['name', 'country'].map((name) => column({ name })),
  {
    ...asDefined(),
    order: ['country', 'name'],
  },
)

async function renderDialog(about: Partial<User> = {}) {
  const user = { user: 'anne', groups: [], email: null, mails: true, archive_passwords: true }
  onGet('/user', { ...user, ...about })
  const isOpen = ref(true)
  const made = ref<string[]>([])
  await renderInShell(() =>
    h(ExtractDialog, {
      interfaceId: 'labs',
      searched: { criteria: { name: 'labs' }, sort: [] },
      rows: [],
      columns: COLUMNS,
      all: 9,
      modelValue: isOpen.value,
      'onUpdate:modelValue': (open: boolean) => (isOpen.value = open),
      onMade: ({ id }: Extract) => made.value.push(id),
    }),
  )
  const send = await screen.findByRole('button', { name: 'Extract' })
  return { isOpen, made, send }
}

describe('what is extracted', () => {
  it('has the columns of the table in its order, in one file, as long as nothing else is said', async () => {
    const asked = onPost('/extracts', { ...extract() })
    const { isOpen, made, send } = await renderDialog()
    await userEvent.click(send)
    await waitFor(() => expect(made.value).toEqual(['e-1']))
    expect(isOpen.value).toBe(false)
    expect(asked[0]?.body).toMatchObject({
      interface: 'labs',
      criteria: { name: 'labs' },
      columns: ['country', 'name'],
      part_rows: null,
      password: null,
    })
  })

  it('has all columns, in parts, without a mail and with a password where that is chosen', async () => {
    const asked = onPost('/extracts', { ...extract() })
    const { made, send } = await renderDialog({ email: 'anne@example.com' })
    await userEvent.click(screen.getByLabelText('All (9)'))
    await userEvent.click(screen.getByLabelText(/^In files of at most 1,000,000 rows/))
    await userEvent.click(screen.getByLabelText('Tell anne@example.com when it is ready'))
    await userEvent.type(screen.getByLabelText('Password (optional)'), 'correct horse')
    await userEvent.click(send)
    await waitFor(() => expect(made.value).toEqual(['e-1']))
    expect(asked[0]?.body).toMatchObject({
      columns: null,
      part_rows: 1_000_000,
      mail: false,
      password: 'correct horse',
    })
  })

  it('is not sent with a password that is too short, which is said until it changes', async () => {
    const asked = onPost('/extracts', { ...extract() })
    const { send } = await renderDialog()
    const password = screen.getByLabelText('Password (optional)')
    await userEvent.type(password, 'short')
    await userEvent.click(send)
    expect(password).toBeInvalid()
    expect(password).toHaveAccessibleDescription(expect.stringContaining('at least 8 characters'))
    await userEvent.type(password, 'er')
    expect(password).not.toBeInvalid()
    expect(asked).toEqual([])
  })

  it('is asked for once, however often Enter is pressed', async () => {
    const asked = onPost('/extracts', { ...extract() })
    const { made, send } = await renderDialog()
    const form = defined(send.closest('form'))
    await Promise.all([fireEvent.submit(form), fireEvent.submit(form)])
    await waitFor(() => expect(made.value).toEqual(['e-1']))
    expect(asked).toHaveLength(1)
  })

  it('stays to be asked for again where it was refused', async () => {
    const errors = [{ pointer: '/password', detail: 'Use other characters.' }]
    onPost('/extracts', () => problem(422, { errors }))
    const { isOpen, made, send } = await renderDialog()
    await userEvent.click(send)
    expect(await screen.findByRole('alert')).toHaveTextContent('Use other characters.')
    expect({ open: isOpen.value, made: made.value }).toEqual({ open: true, made: [] })
    onPost('/extracts', () => HttpResponse.json(extract()))
    await userEvent.click(send)
    await waitFor(() => expect(isOpen.value).toBe(false))
  })

  it('promises neither mails nor passwords where the portal has none', async () => {
    await renderDialog({ mails: false, email: 'anne@example.com', archive_passwords: false })
    expect(screen.getByText('You find it under Extracts when it is ready.')).toBeInTheDocument()
    expect(screen.queryByLabelText('Password (optional)')).toBeNull()
  })
})
