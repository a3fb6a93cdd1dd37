import { expect, test } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { chip, choose, CONTACTS, open, search, settled, table, textOf, unfold } from './portal'

test('a reload restores the form and its search', async ({ page }) => {
  await open(page, CONTACTS)
  await choose(page, 'Country', 'France')
  await choose(page, 'Country', 'Belgium')
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await page.getByLabel('Contact updated, from').fill('2024-01-01')
  await search(page)
  const heading = page.getByRole('heading', { name: /rows?$/ })
  const rows = await textOf(heading, /^[\d,]+ rows?$/)
  await expect(page).toHaveURL(/\?country=\d+&country=\d+&name=labs&updated\.from=2024-01-01$/)

  await page.reload()
  await expect(heading).toHaveText(rows)
  await unfold(page)
  await expect(page.getByRole('button', { name: 'Remove France' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove Belgium' })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Company name' })).toHaveValue('labs')
  await expect(page.getByLabel('Contact updated, from')).toHaveValue('2024-01-01')
})

test('back leads from search to search', async ({ page }) => {
  await open(page, CONTACTS)
  const name = page.getByRole('textbox', { name: 'Company name' })
  const heading = page.getByRole('heading', { name: /rows?$/ })
  await name.fill('labs')
  await search(page)
  await expect(table(page)).toBeVisible()
  const first = await textOf(heading, /^[\d,]+ rows$/)
  await expect(page).toHaveURL(/\?name=labs$/)
  await chip(page, 'Company name').getByRole('button').first().click()
  await name.fill('energ')
  await search(page)
  await expect(heading).not.toHaveText(first)
  await expect(page).toHaveURL(/\?name=energ$/)

  await page.goBack()
  await expect(chip(page, 'Company name')).toContainText('labs')
  await expect(heading).toHaveText(first)
  await page.goForward()
  await expect(chip(page, 'Company name')).toContainText('energ')
  await expect(heading).not.toHaveText(first)
})

test('a form that was not searched comes back as it was, not run', async ({ page }) => {
  await open(page, CONTACTS)
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await expect(page).toHaveURL(/\?name=labs$/)
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Company name' })).toHaveValue('labs')
  await expect(page.locator('.tally').getByText(/^(about )?[\d,]+ rows?/)).toBeVisible()
  await expect(table(page)).toHaveCount(0)
})

test('a copied link restores the search for somebody else', async ({ page, context, browser }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, `${CONTACTS}?name=labs&.sort=comp_name:desc`)
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByText('Copy link').click()
  const link = await settled(
    () => page.evaluate(() => navigator.clipboard.readText()),
    (copied) => expect(copied).toMatch(/\?name=labs&\.sort=comp_name:desc$/),
  )
  const other = await browser.newPage()
  await other.goto(link)
  await expect(table(other)).toBeVisible()
  await expect(
    table(other).getByRole('columnheader', { name: 'Company', exact: true }),
  ).toHaveAttribute('aria-sort', 'descending')
  await other.close()
})

test('a link whose values no longer exist says so and does not search without them', async ({
  page,
}) => {
  await open(page, `${CONTACTS}?country=999999&name=labs`)
  await expect(page.getByText('No longer fits, and was removed: 999999')).toBeVisible()
  await expect(table(page)).toHaveCount(0)
})

test('a broken link marks what is wrong in it', async ({ page }) => {
  await open(page, `${CONTACTS}?updated.from=2026-12-31&updated.to=2026-01-01`)
  await expect(page.getByText('The end lies before the beginning.')).toBeVisible()
  await expectWellDrawn(page)
  await expect(table(page)).toHaveCount(0)
})
