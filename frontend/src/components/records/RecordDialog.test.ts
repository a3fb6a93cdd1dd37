import { fireEvent, screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { recordField } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onGet } from '@/testing/server'
import RecordDialog from './RecordDialog.vue'

const isOpen = ref(true)
const Host = defineComponent(() => () => {
  if (!isOpen.value) return null
  const close = () => (isOpen.value = false)
  return h(RecordDialog, { interfaceId: 'sites', title: 'Site', recordKey: '7', onClose: close })
})

beforeEach(async () => {
  isOpen.value = true
  const fields = [
    recordField({ name: 'city', label: 'City' }),
    recordField({ name: 'country', label: 'Country', type: 'select', choices: ['France'] }),
  ]
  onGet('/interfaces/sites/record', { title: 'Site', key: ['id'], fields, time_zone: 'UTC' })
  onGet('/interfaces/sites/records/7', {
    key: '7',
    values: { id: 7, city: 'Dijon', country: 'France' },
    etag: '"1"',
  })
  await renderPage(Host)
})

async function fillIn() {
  const city = await screen.findByRole('textbox', { name: 'City' })
  await userEvent.type(city, ', est')
  return city
}

function press(key: string) {
  return fireEvent.keyDown(document.activeElement ?? document.body, { key })
}

const question = () => screen.queryByRole('dialog', { name: 'Leave without saving?' })

it('is left at once where nothing was filled in', async () => {
  await screen.findByRole('textbox', { name: 'City' })
  await press('Escape')
  expect(isOpen.value).toBe(false)
})

it('asks before what was filled in is lost, and asks again at once after the answer', async () => {
  const city = await fillIn()
  await press('Escape')
  await userEvent.click(await screen.findByRole('button', { name: 'Keep editing' }))
  await waitFor(() => expect(city).toHaveFocus())

  await press('Escape')
  expect(question()?.closest('.v-overlay--active') ?? question()).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'Discard' }))
  expect(isOpen.value).toBe(false)
})

it('leaves an Escape to the list of options that is open', async () => {
  await fillIn()
  const country = screen.getByRole('combobox', { name: 'Country' })
  await userEvent.click(country)
  await waitFor(() => expect(country).toHaveAttribute('aria-expanded', 'true'))
  await press('Escape')
  await waitFor(() => expect(country).toHaveAttribute('aria-expanded', 'false'))
  expect(question()).toBeNull()
  expect(isOpen.value).toBe(true)
})
