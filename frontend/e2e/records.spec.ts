import { expect, test, type APIRequestContext, type Locator, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { open, table } from './portal'

const SITES = '/interfaces/sites'
const API = '/api/v1/interfaces/sites/records'

/** A site of its own for each spec: they run beside each other. */
async function makeSite(request: APIRequestContext, name: string): Promise<string> {
  const values = { name, street: '1 Rue', city: name, country: 'FR', opened_on: '2020-01-31' }
  const answer = await request.post(API, { data: { values } })
  expect(answer.status()).toBe(201)
  return ((await answer.json()) as { key: string }).key
}

async function change(request: APIRequestContext, key: string, values: object): Promise<void> {
  expect((await request.post(`${API}/${key}`, { data: { values } })).status()).toBe(200)
}

function unique(name: string): string {
  return `${name} ${Date.now()}-${Math.floor(Math.random() * 1e6)}`
}

/** Find a site by its city, which is called as it is, and go to its row. */
async function goTo(page: Page, name: string): Promise<void> {
  await open(page, `${SITES}?city=${encodeURIComponent(name)}`)
  await table(page).getByText(name, { exact: true }).first().click()
}

async function edit(page: Page, name: string): Promise<Locator> {
  await goTo(page, name)
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit: Site' })
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue(name)
  return dialog
}

test('a site is created, and its row is shown', async ({ page }) => {
  const name = unique('Créteil')
  await open(page, `${SITES}?city=Cr%C3%A9teil`)
  await page.getByRole('button', { name: 'New: Site' }).click()
  const dialog = page.getByRole('dialog', { name: 'New: Site' })
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused()

  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(dialog.getByText('Fill this in.').first()).toBeVisible()
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await expectWellDrawn(page)

  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('textbox', { name: 'Street and number' }).fill('3 avenue de la République')
  await dialog.getByRole('textbox', { name: 'City' }).fill('Créteil')
  await dialog.getByRole('combobox', { name: 'Country', exact: true }).fill('Fra')
  await page.getByRole('option', { name: 'France', exact: true }).click()
  await dialog.getByLabel('Opened on').fill('2026-03-02')
  await dialog.getByRole('textbox', { name: 'Latitude' }).fill('480')
  await dialog.getByRole('textbox', { name: 'Tags' }).fill('new\nbiobank')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(dialog.getByText('A latitude lies between -90 and 90.')).toBeVisible()

  await dialog.getByRole('textbox', { name: 'Latitude' }).fill('48.79')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(table(page).getByText(name, { exact: true })).toBeVisible()
})

test('a site is edited from its row by keys, and only what was changed is sent', async ({
  page,
  request,
}) => {
  const name = unique('Nantes')
  await makeSite(request, name)
  await goTo(page, name)
  await page.keyboard.press('F2')
  const dialog = page.getByRole('dialog', { name: 'Edit: Site' })
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled()
  await expectWellDrawn(page)

  const sent = page.waitForRequest(
    (asked) => asked.method() === 'POST' && asked.url().includes(API),
  )
  await dialog.getByRole('textbox', { name: 'City' }).fill(`${name}, est`)
  await page.keyboard.press('Enter')
  expect((await sent).postDataJSON()).toEqual({ values: { city: `${name}, est` } })
  await expect(dialog).toBeHidden()
  await expect(table(page).getByText(`${name}, est`)).toBeVisible()
})

test('a name that is taken is told beside its field', async ({ page, request }) => {
  const name = unique('Brest')
  await makeSite(request, name)
  const dialog = await edit(page, name)
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Lyon-Gerland')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()

  const field = dialog.getByRole('textbox', { name: 'Name' })
  await expect(page.getByText('There is another one with the same Name.')).toBeVisible()
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(field).toBeFocused()
})

test('of two who edit one site, the second sees what the first did, and both changes last', async ({
  page,
  request,
}) => {
  const name = unique('Toulon')
  const key = await makeSite(request, name)
  const dialog = await edit(page, name)
  await dialog.getByRole('textbox', { name: 'City' }).fill('Mine')
  await change(request, key, { city: 'Theirs', region: 'Provence' })
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()

  const conflict = dialog.getByRole('alertdialog', { name: 'Somebody changed this meanwhile' })
  await expect(conflict.getByRole('row', { name: `City ${name} Theirs Mine` })).toBeVisible()
  await expect(conflict.getByRole('row', { name: /Region or state – Provence/ })).toBeVisible()
  await expectWellDrawn(page)

  await conflict.getByRole('button', { name: 'Save mine as well' }).click()
  await expect(conflict).toBeHidden()
  await expect(page.getByRole('dialog')).toBeHidden()
  const { values } = (await (await request.get(`${API}/${key}`)).json()) as {
    values: Record<string, unknown>
  }
  expect([values.city, values.region]).toEqual(['Mine', 'Provence'])
})

test('what others made of a site can be taken over instead', async ({ page, request }) => {
  const name = unique('Cannes')
  const key = await makeSite(request, name)
  const dialog = await edit(page, name)
  await dialog.getByRole('textbox', { name: 'City' }).fill('Mine')
  await change(request, key, { city: 'Theirs' })
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.getByRole('button', { name: 'Discard mine' }).click()

  await expect(dialog.getByRole('textbox', { name: 'City' })).toHaveValue('Theirs')
  await expect(dialog.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
})

test('a site that somebody deleted meanwhile can be created again', async ({ page, request }) => {
  const name = unique('Sète')
  const key = await makeSite(request, name)
  const dialog = await edit(page, name)
  await dialog.getByRole('textbox', { name: 'City' }).fill('Sète-Port')
  expect((await request.delete(`${API}/${key}`)).status()).toBe(204)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.getByRole('button', { name: 'Create it again' }).click()

  await expect(page.getByRole('dialog')).toBeHidden()
  expect((await request.get(`${API}/${key}`)).status()).toBe(200)
})

test('a filled form is not left by a slip', async ({ page, request }) => {
  const name = unique('Dijon')
  await makeSite(request, name)
  const dialog = await edit(page, name)
  await dialog.getByRole('textbox', { name: 'City' }).fill('Half')
  await page.keyboard.press('Escape')
  const question = page.getByRole('dialog', { name: 'Leave without saving?' })
  await expectWellDrawn(page)
  await question.getByRole('button', { name: 'Keep editing' }).click()
  await expect(question).toBeHidden()
  await expect(dialog.getByRole('textbox', { name: 'City' })).toBeFocused()
  await expect(dialog.getByRole('textbox', { name: 'City' })).toHaveValue('Half')

  await page.keyboard.press('Escape')
  await question.getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('a site is deleted after a question, unless others refer to it', async ({ page, request }) => {
  const name = unique('Arles')
  await makeSite(request, name)
  await goTo(page, name)
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog', { name: 'Delete: Site?' })
  await expect(dialog.getByText(name).first()).toBeVisible()
  await expectWellDrawn(page)
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('heading', { name: 'No rows match' })).toBeVisible()

  await open(page, `${SITES}?city=Lyon`)
  await table(page).getByText('Lyon-Gerland', { exact: true }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(
    dialog.getByText('Computers stand at this site. Move or delete them first.'),
  ).toBeVisible()
})

test('axe finds nothing in the form of a container, with every type of field', async ({ page }) => {
  await open(page, '/interfaces/containers')
  await page.getByRole('button', { name: 'New: Container' }).click()
  await expect(page.getByRole('textbox', { name: 'UUID' })).toBeVisible()
  await expectWellDrawn(page)
})
