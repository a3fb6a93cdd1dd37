import { expect, test, type APIRequestContext, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { CONTACTS, open, table, textOf, unfold } from './portal'

const PATH = '/api/v1/saved-searches'

interface Saved {
  id: string
  name: string
  criteria: object
  group: string | null
  mine: boolean
}

async function savedNamed(request: APIRequestContext, name: string): Promise<Saved | undefined> {
  const all = (await (await request.get(PATH)).json()) as Saved[]
  return all.find((one) => one.name === name)
}

/** Each test has names of its own, so that they can run beside each other and again. */
function nameFor(title: string): string {
  return `${title} ${Date.now().toString(36)}${Math.floor(Math.random() * 1e6)}`
}

function panel(page: Page) {
  return page.getByRole('navigation', { name: 'Saved searches' })
}

async function save(page: Page, name: string, group = 'Only me'): Promise<void> {
  await page.getByRole('button', { name: 'Save search' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
  await page.getByRole('radio', { name: group }).check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

async function act(page: Page, name: string, action: string): Promise<void> {
  await panel(page)
    .getByRole('button', { name: `Change ${name}` })
    .click()
  await page.getByRole('listitem').or(page.getByRole('menuitem')).getByText(action).click()
}

async function forget(request: APIRequestContext, name: string): Promise<void> {
  const saved = await savedNamed(request, name)
  if (saved) await request.delete(`${PATH}/${saved.id}`)
}

test('a search is saved with days that stay relative, and opened by a click', async ({
  page,
  request,
}) => {
  const name = nameFor('Labs of last year')
  await open(page, `${CONTACTS}?name=labs&updated.preset=last_year`)
  await expect(table(page)).toBeVisible()
  const rows = await textOf(page.getByRole('heading', { name: /rows?$/ }), /^[\d,]+ rows?$/)
  await save(page, name)
  expect(await savedNamed(request, name)).toMatchObject({
    criteria: { name: 'labs', updated: { preset: 'last_year' } },
    group: null,
    mine: true,
  })

  await page.goto('/interfaces/sites')
  await panel(page).getByRole('button', { name }).first().click()
  await expect(page).toHaveURL(/\?name=labs&updated\.preset=last_year$/)
  await expect(page.getByRole('heading', { name: rows })).toBeVisible()
  await forget(request, name)
})

test('a saved search is updated, renamed, shared, deleted, and back by undo', async ({
  page,
  request,
}) => {
  const name = nameFor('Energy')
  await open(page, `${CONTACTS}?name=energ`)
  await save(page, name)
  await unfold(page)
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await act(page, name, 'Update with what the form says')
  // Said once the list is there again: a menu of the one before would go.
  const done = `“${name}” now holds what the form says`
  await expect(page.getByRole('status').getByText(done)).toBeAttached()
  expect((await savedNamed(request, name))?.criteria).toEqual({ name: 'labs' })

  await act(page, name, 'Rename or share')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(`${name} shared`)
  await page.getByRole('radio', { name: 'Everyone in sales' }).check()
  await page.keyboard.press('Enter')
  await expect(
    panel(page)
      .getByRole('button', { name: `${name} shared` })
      .first(),
  ).toContainText('Shared with sales')
  expect((await savedNamed(request, `${name} shared`))?.group).toBe('sales')

  await act(page, `${name} shared`, 'Delete')
  await expect(page.getByText(`“${name} shared” is deleted`)).toBeVisible()
  await expect(panel(page).getByText(`${name} shared`)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(panel(page).getByText(`${name} shared`)).toBeVisible()
  await forget(request, `${name} shared`)
})

test('a name that is taken is said beside it, and the dialog stays', async ({ page, request }) => {
  const name = nameFor('Taken')
  await open(page, `${CONTACTS}?name=labs`)
  await save(page, name)
  await page.getByRole('button', { name: 'Save search' }).click()
  const input = page.getByRole('textbox', { name: 'Name', exact: true })
  await input.fill(name)
  await page.keyboard.press('Enter')
  await expect(input).toHaveAccessibleDescription(
    'You have a search of that name for this form already.',
  )
  await expectWellDrawn(page)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await forget(request, name)
})

test('without the portal database searching works, and saving says why it does not', async ({
  page,
}) => {
  await page.route('**/saved-searches', (route) =>
    route.fulfill({
      status: 503,
      json: { type: 'urn:guichet:problem:portal-database', status: 503, retryable: true },
    }),
  )
  await open(page, `${CONTACTS}?name=labs`)
  await expect(table(page)).toBeVisible()
  const away = /Searches can’t be saved at the moment/
  await expect(panel(page).getByText(away)).toBeVisible()
  await page.getByRole('button', { name: 'Save search' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('x')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByText(away)).toBeVisible()
})

test('a form that could not be searched is not saved', async ({ page }) => {
  await open(page, '/interfaces/containers')
  await page.getByRole('button', { name: 'Save search' }).click()
  await expect(page.getByRole('alert').getByText('Fill in at least one criterion.')).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('axe finds nothing in the list, its menu, the dialog and the undo', async ({
  page,
  request,
}) => {
  const name = nameFor('Axe')
  await open(page, `${CONTACTS}?updated.preset=last_7_days`)
  await page.getByRole('button', { name: 'Save search' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
  await expectWellDrawn(page)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(panel(page).getByText(name)).toBeVisible()
  await expectWellDrawn(page)
  await panel(page)
    .getByRole('button', { name: `Change ${name}` })
    .click()
  await expect(page.getByText('Rename or share')).toBeVisible()
  // A menu belongs to no landmark: its button leads to it.
  await expectWellDrawn(page)
  await page.getByText('Delete', { exact: true }).click()
  await expect(page.getByText(`“${name}” is deleted`)).toBeVisible()
  await expectWellDrawn(page)
  await forget(request, name)
})
