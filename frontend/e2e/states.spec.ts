import { expect, test, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { CONTACTS, open, unfold } from './portal'

const API = '**/api/v1/**'

/** Come back to this tab from another one. */
async function comeBack(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
}

test('while the portal restarts, the panel and the form try again by themselves', async ({
  page,
}) => {
  await page.route(API, (route) => route.fulfill({ status: 502, body: '<h1>Bad gateway</h1>' }))
  await page.goto(CONTACTS)
  await expect(page.getByRole('heading', { name: 'The portal does not answer' })).toHaveCount(2)
  await expect(page.getByText(/^Trying again in [1-3]\s?s\.$/).first()).toBeVisible()
  await expectWellDrawn(page)
  await page.unroute(API)
  // The longest pause between two attempts is half a minute.
  await expect(page.getByRole('button', { name: 'Search', exact: true })).toBeVisible({
    timeout: 60_000,
  })
  await expect(page.getByRole('link', { name: 'Companies and contacts' })).toBeVisible()
})

test('offline is said, and what is filled in stays', async ({ page, context }) => {
  await open(page, `${CONTACTS}?cont_level.not=1`)
  await unfold(page)
  await expect(
    page
      .locator('.tally')
      .getByText(/^(about )?[\d,]+ rows?/)
      .first(),
  ).toBeVisible()
  await page.waitForLoadState('networkidle')
  await context.setOffline(true)
  await expect(page.getByRole('main').getByText(/^You’re offline\./)).toBeVisible()
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await page.getByRole('button', { name: 'Count', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'You’re offline' })).toBeVisible()
  await expectWellDrawn(page)
  await context.setOffline(false)
  await expect(page.getByRole('main').getByText(/^You’re offline\./)).toHaveCount(0)
  await expect(page.getByRole('textbox', { name: 'Company name' })).toHaveValue('labs')
})

test('who is somebody else by now, in another tab, is told', async ({ page }) => {
  await page.clock.install()
  await open(page, CONTACTS)
  await expect(page.getByRole('button', { name: 'Signed in as demo' })).toBeVisible()
  await page.route('**/api/v1/user', (route) =>
    route.fulfill({ json: { user: 'berta', groups: [], email: null, author: false } }),
  )
  await page.clock.fastForward(10_000)
  await comeBack(page)
  const banner = page
    .getByRole('main')
    .getByText(/^You are signed in as berta now, in another tab\./)
  await expect(banner).toContainText('This page still shows what demo may see.')
  await expectWellDrawn(page)
  await expect(page.getByRole('button', { name: 'Reload the page' })).toBeVisible()
})

test('an interface that is out of order says what mends it, and offers to retry', async ({
  page,
}) => {
  const path = '**/api/v1/interfaces/sites'
  await page.route(path, (route) =>
    route.fulfill({
      status: 503,
      json: {
        type: 'urn:guichet:problem:interface-broken',
        status: 503,
        detail: 'sites.yaml, line 3: “sql” is missing.',
        retryable: false,
      },
    }),
  )
  await page.goto('/interfaces/sites')
  await expect(page.getByText(/works again as soon as the file is saved/)).toBeVisible()
  await expect(page.getByText('sites.yaml, line 3: “sql” is missing.')).toBeVisible()
  await expectWellDrawn(page)
  await page.unroute(path)
  await page.getByRole('button', { name: 'Retry' }).click()
  await expect(page.getByRole('button', { name: 'Search', exact: true })).toBeVisible()
})

test('a link to what the reader may not see says so', async ({ page }) => {
  await page.goto('/interfaces/payroll?name=labs')
  await expect(page.getByRole('heading', { name: 'There is no such form' })).toBeVisible()
  await expect(page.getByText(/or you may not see it/)).toBeVisible()
  await expectWellDrawn(page)
})

test('who was signed out meanwhile is told on coming back', async ({ page }) => {
  await page.clock.install()
  await open(page, CONTACTS)
  await expect(page.getByRole('button', { name: 'Signed in as demo' })).toBeVisible()
  await page.route('**/api/v1/user', (route) => route.fulfill({ status: 401, json: {} }))
  await page.clock.fastForward(10_000)
  await comeBack(page)
  await expect(page.getByRole('main').getByText(/^You are signed out\./)).toBeVisible()
  await expectWellDrawn(page)
})
