/** One picture for each state of the page, taken of the demo and written to docs/images. */
import { fileURLToPath } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { choose, CONTACTS, open, search, table } from '../e2e/portal'

const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url))

async function take(page: Page, name: string): Promise<void> {
  // The pointer rests nowhere, and fonts have come.
  await page.mouse.move(0, 0)
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: `${IMAGES}/${name}.png` })
}

/** A search as somebody in sales would make it. */
async function searchLabs(page: Page): Promise<void> {
  await open(page, CONTACTS)
  await choose(page, 'Country', 'France')
  await choose(page, 'Country', 'Belgium')
  await choose(page, 'Contact level', 'Director')
  await page.getByRole('textbox', { name: 'Company name contains' }).fill('labs')
  await expect(page.getByText(/^about /)).toBeVisible()
  await search(page)
  await expect(table(page)).toBeVisible()
}

test('search', async ({ page }) => {
  await searchLabs(page)
  await take(page, 'search')
})

test.describe('in the dark', () => {
  test.use({ colorScheme: 'dark' })

  test('search', async ({ page }) => {
    await searchLabs(page)
    await take(page, 'search-dark')
  })
})

test('heavy', async ({ page }) => {
  await open(page, CONTACTS)
  await expect(page.getByText(/^about /)).toBeVisible()
  await search(page)
  await expect(page.getByText(/first 100 shown/)).toBeVisible()
  await take(page, 'heavy')
})

test('empty', async ({ page }) => {
  await open(page, `${CONTACTS}?name=no+company+is+called+this`)
  await expect(page.getByRole('heading', { name: 'No rows match' })).toBeVisible()
  await take(page, 'empty')
})

test('presets', async ({ page }) => {
  await open(page, `${CONTACTS}?name=labs&updated.preset=last_30_days`)
  await page.getByRole('button', { name: 'Days by name, for Contact updated' }).click()
  await expect(page.getByText('Last quarter')).toBeVisible()
  await take(page, 'presets')
})

test('select', async ({ page }) => {
  await open(page, CONTACTS)
  await page.getByRole('combobox', { name: 'Country' }).fill('land')
  await expect(page.getByText(/^Select all \d+ that match/)).toBeVisible()
  await take(page, 'select')
})

test('save', async ({ page }) => {
  await searchLabs(page)
  await page.getByRole('button', { name: 'Save search' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Directors of labs')
  await take(page, 'save')
})

test('restarting', async ({ page }) => {
  await page.route('**/api/v1/**', (route) => route.fulfill({ status: 502, body: '' }))
  await page.goto(CONTACTS)
  await expect(page.getByText(/^Trying again in/).first()).toBeVisible()
  await take(page, 'restarting')
})

test('loading', async ({ page }) => {
  await page.route('**/search', () => undefined)
  await open(page, CONTACTS)
  await search(page)
  await expect(page.getByText(/^[1-9]\.\d s$/)).toBeVisible()
  await take(page, 'loading')
})

test('error', async ({ page }) => {
  await page.route('**/options/comp_size*', (route) => route.abort('connectionfailed'))
  await page.route('**/search', (route) =>
    route.fulfill({
      status: 503,
      headers: { 'retry-after': '5' },
      json: { status: 503, detail: 'The source crm does not answer.', request_id: '4e4c1e444cce' },
    }),
  )
  await open(page, `${CONTACTS}?name=labs`)
  await expect(page.getByRole('heading', { name: 'The database is away' })).toBeVisible()
  await take(page, 'error')
})

test('home', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'What are you looking for?' })).toBeVisible()
  await take(page, 'home')
})

for (const [name, width, height] of [
  ['phone', 360, 780],
  ['tablet', 768, 1024],
] as const) {
  test(name, async ({ page }) => {
    await page.setViewportSize({ width, height })
    await searchLabs(page)
    await take(page, name)
  })
}
