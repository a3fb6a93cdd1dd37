import { expect, test } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { choose, CONTACTS, open, options, search, table, textOf, unfold } from './portal'

test('all option lists are asked for at once', async ({ page }) => {
  let started = 0
  let answered = 0
  // A browser sends six requests at a time to one server: none is answered before as many as it can are under way.
  let tellSix: () => void
  const sixStarted = new Promise<void>((resolve) => (tellSix = resolve))
  await page.route('**/options/*', async (route) => {
    started += 1
    if (started === 6) tellSix()
    await sixStarted
    await route.fulfill({ response: await route.fetch() })
    answered += 1
  })
  await open(page, CONTACTS)
  await expect.poll(() => answered).toBeGreaterThanOrEqual(7)
  await page.unrouteAll({ behavior: 'wait' })
})

test('one list that fails says which and why, can be retried, and leaves the rest usable', async ({
  page,
}) => {
  await page.route('**/options/comp_size*', (route) => route.abort('connectionfailed'))
  await open(page, CONTACTS)
  const failure = page.getByText('The choices of Company size could not be loaded.')
  await expect(failure).toContainText('The portal does not answer')
  await expectWellDrawn(page)

  await choose(page, 'Company industry', 'Software')
  await search(page)
  await expect(table(page)).toBeVisible()

  await page.unroute('**/options/comp_size*')
  await unfold(page)
  await failure.getByRole('button', { name: 'Retry' }).click()
  await expect(failure).toHaveCount(0)
  await page.getByRole('combobox', { name: 'Company size', exact: true }).click()
  await expect(options(page).nth(2)).toBeVisible()
})

test('France is pinned first, and typing finds a country whatever its accents', async ({
  page,
}) => {
  await open(page, CONTACTS)
  const country = page.getByRole('combobox', { name: 'Country', exact: true })
  await country.click()
  await expect(options(page).first()).toHaveText('France')
  await country.fill('cote')
  await expect(options(page).first()).toHaveText(/^Côte/)
})

test('a changed country empties a region that no longer fits, visibly', async ({ page }) => {
  await open(page, CONTACTS)
  await choose(page, 'Country', 'France')
  await expect(options(page)).toHaveCount(0)
  const region = page.getByRole('combobox', { name: 'Region', exact: true })
  await region.click()
  const first = await textOf(options(page).first(), /\w/)
  await page.getByRole('option', { name: first, exact: true }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: `Remove ${first}` })).toBeVisible()

  await page.getByRole('button', { name: 'Remove France' }).click()
  await choose(page, 'Country', 'Germany')
  await expect(page.getByText(`No longer fits, and was removed: ${first}`)).toBeVisible()
  await expect(page.getByRole('button', { name: `Remove ${first}` })).toHaveCount(0)
  await expectWellDrawn(page)
})
