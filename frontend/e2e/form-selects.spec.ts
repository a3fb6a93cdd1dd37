import { expect, test } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { chip, CONTACTS, open, search, table, textOf, unfold } from './portal'

test('all options that match what is typed are selected at once, by the keyboard too', async ({
  page,
}) => {
  await open(page, CONTACTS)
  const country = page.getByRole('combobox', { name: 'Country', exact: true })
  await country.fill('united')
  const all = page.getByRole('option', { name: /^Select all \d+ that match/ })
  const count = Number(/\d+/.exec(await textOf(all, /\d+/))?.[0])
  await expect(page.locator('mark').first()).toHaveText('United')
  await expectWellDrawn(page)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('button', { name: /^Remove .*United/ })).toHaveCount(count)
})

test('keys that are faster than the options choose what they would have chosen, and it is searched', async ({
  page,
}) => {
  let answer: () => void = () => undefined
  const isAsked = new Promise<void>((resolve) => (answer = resolve))
  await page.route('**/options/comp_size*', async (route) => {
    await isAsked
    await route.continue()
  })
  await page.goto(CONTACTS)
  const size = page.getByRole('combobox', { name: 'Company size', exact: true })
  await size.focus()
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter', 'Escape']) await page.keyboard.press(key)
  const searched = page.waitForRequest('**/search')
  await search(page)
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(0)
  answer()
  const { criteria } = (await searched).postDataJSON() as { criteria: { comp_size: string[] } }
  expect(criteria.comp_size).toHaveLength(1)
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(1)
  await expect(size).toHaveAttribute('aria-expanded', 'false')
})

test('typing on the server says when more match than it sent', async ({ page }) => {
  await page.route('**/options/freezer?q=*', (route) =>
    route.fulfill({
      json: {
        options: [
          { value: 1, label: 'Freezer A' },
          { value: 2, label: 'Freezer B' },
        ],
        more: true,
      },
    }),
  )
  await open(page, '/interfaces/containers')
  await page.getByRole('combobox', { name: 'Freezer', exact: true }).fill('freezer')
  await page.getByText('Select the first 2 that match; more do').click()
  await expect(page.getByRole('button', { name: /^Remove Freezer [AB]$/ })).toHaveCount(2)
})

test('five thousand pasted values are counted as typed, kept through a reload and searched', async ({
  page,
}) => {
  await open(page, CONTACTS)
  const lines = Array.from({ length: 5000 }, (_, at) => `Labs${at}.example `)
  await page.getByRole('textbox', { name: 'Company domains' }).evaluate((area, text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    area.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    )
  }, lines.join('\n'))
  await expect(page.locator('.kept')).toHaveText('5,000 values')
  await search(page)
  await expect(page.getByRole('heading', { name: /rows?$/ }).first()).toBeVisible()
  await page.reload()
  await expect(page.locator('.kept')).toHaveText('5,000 values')
})

test.describe('days by name', () => {
  test('are chosen by the keyboard, stay in the address, and are found by it', async ({ page }) => {
    await open(page, CONTACTS)
    await expect(
      page
        .locator('.tally')
        .getByText(/^(about )?[\d,]+ rows?/)
        .first(),
    ).toBeVisible()
    await page.getByRole('button', { name: 'Periods, for Contact updated' }).focus()
    await page.keyboard.press('Enter')
    const last = page.locator('.choice', { hasText: 'Last year' })
    await expect(last).toBeVisible()
    await expectWellDrawn(page)
    await last.click()
    await expect(page).toHaveURL(/\?updated\.preset=last_year$/)
    await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
    await search(page)
    await expect(table(page)).toBeVisible()
    await expectWellDrawn(page)
    const rows = await textOf(page.getByRole('heading', { name: /rows?$/ }), /^[\d,]+ rows?$/)
    await expect(page).toHaveURL(/name=labs/)
    await page.reload()
    await expect(page.getByRole('heading', { name: rows })).toBeVisible()
    await unfold(page)
    const named = page.getByRole('button', { name: /^Contact updated: Last year 1 Jan/ })
    await named.click()
    await page.getByText('Keep these as dates').click()
    const year = new Date().getFullYear() - 1
    await expect(page.getByLabel('Contact updated, from')).toHaveValue(`${year}-01-01`)
    await expect(page.getByLabel('Contact updated, to')).toHaveValue(`${year}-12-31`)
  })

  test('that do not exist are said to', async ({ page }) => {
    await open(page, `${CONTACTS}?updated.preset=someday`)
    await expect(page.getByText('There is no such period. Choose another.')).toBeVisible()
    await expect(table(page)).toHaveCount(0)
  })
})

test('the form and the panel speak the language of the page', async ({ page }) => {
  await open(page, `${CONTACTS}?name=labs`)
  await expect(table(page)).toBeVisible()
  await page.getByRole('button', { name: 'Français' }).click()
  await expect(
    page.getByRole('heading', { level: 1, name: 'Entreprises et contacts' }),
  ).toBeVisible()
  await expect(page.getByRole('link', { name: 'Conteneurs' })).toBeVisible()
  await expect(chip(page, "Nom de l'entreprise")).toContainText('labs')
  await expect(page.getByRole('columnheader', { name: 'Entreprise', exact: true })).toBeVisible()
  await expectWellDrawn(page)
  await page.getByRole('button', { name: 'Español' }).click()
  await expect(page.getByRole('button', { name: 'Buscar', exact: true })).toBeVisible()
  await expectWellDrawn(page)
})
