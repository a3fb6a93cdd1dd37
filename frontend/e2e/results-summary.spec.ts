import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { chip, CONTACTS, open, settled, table, textOf } from './portal'

const LABS = `${CONTACTS}?name=labs`

function panel(page: Page): Locator {
  return page.getByRole('complementary', { name: 'Summary' })
}

async function openSummary(page: Page, path = LABS): Promise<void> {
  await open(page, path)
  await expect(table(page)).toBeVisible()
  await page.getByRole('button', { name: 'Summary', exact: true }).click()
  await expect(panel(page).getByRole('region', { name: 'Level' })).toBeVisible()
}

test('it is of the whole result, with the columns that the author marked', async ({ page }) => {
  await openSummary(page, `${CONTACTS}?updated.from=2000-01-01`)
  await expect(page.getByText(/first 100 shown/)).toBeVisible()
  const total = await textOf(panel(page).getByText(/^of all [\d,]+ rows/), /[\d,]+/)
  expect(Number(/[\d,]+/.exec(total)?.[0].replaceAll(',', ''))).toBeGreaterThan(10_000)
  await expect(panel(page).getByRole('region').getByRole('heading')).toHaveText([
    'Country',
    'Company industry',
    'Employees',
    'Level',
    'Updated',
  ])
})

test('the chart library comes only with the summary', async ({ page }) => {
  const scripts: string[] = []
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(request.url())
  })
  await open(page, LABS)
  await expect(table(page)).toBeVisible()
  expect(scripts.filter((url) => url.includes('SummaryPanel'))).toEqual([])
  await page.getByRole('button', { name: 'Summary', exact: true }).click()
  await expect(panel(page)).toBeVisible()
  expect(scripts.some((url) => url.includes('SummaryPanel'))).toBe(true)
})

test('a click on a value adds the choice to its criterion, and says so', async ({ page }) => {
  await openSummary(page)
  const bar = panel(page).getByRole('button', { name: /^Director/ })
  const rows = /[\d,]+$/.exec((await textOf(bar, /[\d,]+\s*$/)).trim())?.[0]
  await bar.click()
  await expect(panel(page).getByText(/^Director is now in “Contact level”/)).toBeVisible()
  await expect(chip(page, 'Contact level')).toContainText('Director')
  await panel(page).getByRole('button', { name: 'Search' }).click()
  await expect(page.getByRole('heading', { name: `${rows} rows` })).toBeVisible()
})

test('a click on a stretch of days fills in the range', async ({ page }) => {
  await openSummary(page)
  const bar = panel(page).getByRole('region', { name: 'Updated' }).getByRole('button').last()
  const title = await settled(
    () => bar.getAttribute('title'),
    (words) => expect(words).toMatch(/: [\d,]+ row/),
  )
  const rows = /: ([\d,]+) row/.exec(title ?? '')?.[1]
  await bar.click()
  await expect(panel(page).getByText(/is now in “Contact updated”/)).toBeVisible()
  await panel(page).getByRole('button', { name: 'Search' }).click()
  await expect(page.getByRole('heading', { name: `${rows} rows` })).toBeVisible()
})

test('the user picks columns, and takes them away', async ({ page }) => {
  await openSummary(page)
  await panel(page).getByRole('button', { name: 'Columns of the summary' }).click()
  await page.getByRole('checkbox', { name: 'Function' }).check()
  await page.getByRole('checkbox', { name: 'Employees' }).uncheck()
  await page.keyboard.press('Escape')
  await expect(panel(page).getByRole('region', { name: 'Function' })).toBeVisible()
  await expect(panel(page).getByRole('region', { name: 'Employees' })).toHaveCount(0)
})

test('bars are reached and used by the keyboard, one Tab stop for each column', async ({
  page,
}) => {
  await openSummary(page)
  const level = panel(page).getByRole('region', { name: 'Level' }).getByRole('button')
  await level.first().focus()
  await page.keyboard.press('ArrowDown')
  await expect(level.nth(1)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(panel(page).getByText(/is now in “Contact level”/)).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(
    panel(page).getByRole('region', { name: 'Updated' }).getByRole('button').first(),
  ).toBeFocused()
})

test('one that takes too long says so in words', async ({ page }) => {
  await page.route('**/summary', (route) =>
    route.fulfill({ status: 504, json: { status: 504, detail: 'canceling statement' } }),
  )
  await open(page, LABS)
  await page.getByRole('button', { name: 'Summary', exact: true }).click()
  await expect(panel(page).getByText(/takes too long/)).toBeVisible()
  await expectWellDrawn(page)
})

test('one that runs can be cancelled', async ({ page }) => {
  await page.route('**/summary', () => undefined)
  await open(page, LABS)
  await page.getByRole('button', { name: 'Summary', exact: true }).click()
  const failing = page.waitForEvent('requestfailed', (request) =>
    request.url().endsWith('/summary'),
  )
  await panel(page).getByRole('button', { name: 'Cancel' }).click()
  expect((await failing).failure()?.errorText).toBe('net::ERR_ABORTED')
  await expect(panel(page).getByText('Cancelled')).toBeVisible()
})

test('closing it gives the focus back', async ({ page }) => {
  await openSummary(page)
  await panel(page).getByRole('button', { name: 'Close the summary' }).click()
  await expect(page.getByRole('button', { name: 'Summary', exact: true })).toBeFocused()
})

test('it fits beside the table, or below it', async ({ page }) => {
  await openSummary(page)
  await expectWellDrawn(page)
})
