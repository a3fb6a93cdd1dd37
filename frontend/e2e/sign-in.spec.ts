import { expect, test } from '@playwright/test'
import { authorizationOf } from '../playwright.config'
import { expectWellDrawn } from './drawn'
import { CONTACTS, open } from './portal'

test.describe('with a wrong password', () => {
  test.use({ extraHTTPHeaders: { authorization: authorizationOf('demo', 'wrong') } })

  test('nothing is shown', async ({ page }) => {
    const answer = await page.goto('/').catch((error: unknown) => String(error))
    if (typeof answer === 'string') expect(answer).toContain('ERR_INVALID_AUTH_CREDENTIALS')
    else expect(answer?.status()).toBe(401)
    await expect(page.getByRole('navigation', { name: 'Forms' })).toHaveCount(0)
  })
})

test('without a password neither the page nor its data is answered', async ({ baseURL }) => {
  for (const path of ['/', '/api/v1/interfaces', '/config.json']) {
    const answer = await fetch(new URL(path, baseURL))
    expect(answer.status, path).toBe(401)
  }
})

test('with the right password the user sees their interfaces and who they are', async ({
  page,
}) => {
  await page.goto('/')
  const panel = page.getByRole('navigation', { name: 'Forms' })
  await expect(panel.getByRole('link', { name: 'Companies and contacts' })).toBeVisible()
  await expect(panel.getByRole('link').nth(4)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Signed in as demo' })).toBeVisible()
})

test('when the sign-in is lost the page says so and keeps the form', async ({ page }) => {
  await open(page, CONTACTS)
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await page.route('**/search', (route) => route.fulfill({ status: 401, json: { status: 401 } }))
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Reload the page' })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Company name' })).toHaveValue('labs')
  await expectWellDrawn(page)
})
