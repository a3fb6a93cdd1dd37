import { expect, test, type Page } from '@playwright/test'
import { authorizationOf } from '../playwright.config'
import { expectWellDrawn } from './drawn'
import { textOf } from './portal'

const FIRST = 'a first password'
const SECOND = 'a second password'

async function openAccount(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: /^Signed in as/ }).click()
  await page.getByRole('link', { name: 'Tokens and password' }).click()
  await expect(page.getByRole('heading', { name: 'Personal tokens' })).toBeVisible()
}

test('a token is made, shown once, used by a program and revoked', async ({ page, baseURL }) => {
  const name = `nightly report ${Date.now()}`
  await openAccount(page)
  await page.getByRole('button', { name: 'Make token' }).click()
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
  await page.getByRole('checkbox', { name: 'request extracts and download them' }).check()
  await page.getByRole('button', { name: 'Make token' }).click()
  const token = await textOf(page.locator('code'), /^\S{20,}$/)
  await expectWellDrawn(page)

  const call = (path: string, method = 'GET') =>
    fetch(new URL(`/api/v1${path}`, baseURL), {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(method === 'POST' && { body: '{}' }),
    })
  const user = (await (await call('/user')).json()) as { user: string; scopes: string[] }
  expect([user.user, user.scopes]).toEqual(['demo', ['extract', 'read']])
  expect((await call('/user/tokens', 'POST')).status).toBe(403)

  await page.reload()
  await expect(page.getByText(name)).toBeVisible()
  await expect.poll(() => page.content()).not.toContain(token)
  await page.getByRole('button', { name: `Revoke ${name}` }).click()
  await page.getByRole('button', { name: 'Confirm revocation' }).click()
  await expect(page.getByText(name, { exact: true })).toHaveCount(0)
  await expect.poll(async () => (await call('/user')).status).toBe(401)
})

test('an administrator adds a user, who changes their password', async ({
  page,
  browser,
  baseURL,
}) => {
  const user = `zoe${Date.now()}`
  await openAccount(page)
  await page.getByRole('textbox', { name: 'User name' }).fill(user)
  await page.getByLabel('First password').fill('short')
  await page.getByRole('button', { name: 'Add user' }).click()
  await expect(page.getByText('A password has at least 12 characters.')).toBeVisible()
  await page.getByLabel('First password').fill(FIRST)
  await page.getByRole('button', { name: 'Add user' }).click()
  await expect(page.getByText(`${user} may sign in`).first()).toBeVisible()

  const theirs = await browser.newContext({
    ...(baseURL !== undefined && { baseURL }),
    extraHTTPHeaders: { authorization: authorizationOf(user, FIRST) },
  })
  const other = await theirs.newPage()
  await openAccount(other)
  await expect(other.getByRole('heading', { name: 'Add a user' })).toHaveCount(0)
  await other.getByLabel('Current password').fill('wrong')
  await other.getByLabel('New password', { exact: true }).fill(SECOND)
  await other.getByLabel('New password again').fill('another')
  await other.getByRole('button', { name: 'Change password' }).click()
  await expect(other.getByText('The two are not the same.')).toBeVisible()
  await other.getByLabel('New password again').fill(SECOND)
  await other.getByRole('button', { name: 'Change password' }).click()
  await expect(other.getByText('This is not your present password.')).toBeVisible()
  await expectWellDrawn(other)
  await other.getByLabel('Current password').fill(FIRST)
  await other.getByRole('button', { name: 'Change password' }).click()
  await expect(other.getByText('Your password is changed').first()).toBeVisible()
  await theirs.close()

  const status = async (password: string) =>
    (
      await fetch(new URL('/api/v1/interfaces', baseURL), {
        headers: { authorization: authorizationOf(user, password) },
      })
    ).status
  await expect.poll(() => Promise.all([FIRST, SECOND].map(status))).toEqual([401, 200])
})

test('the API is documented without asking another host or bending the policy', async ({
  page,
  baseURL,
}) => {
  const hosts = new Set<string>()
  const complaints: string[] = []
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http')) hosts.add(host)
  })
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto('/api/docs')
  await expect(page.getByRole('heading', { name: 'API documentation' })).toBeVisible()
  await page.locator('[id$="-list_interfaces"]').getByRole('button').first().click()
  await expect(page.getByText('Try it out').first()).toBeVisible()
  await page.getByRole('button', { name: 'Try it out' }).first().click()
  await page.getByRole('button', { name: 'Execute' }).first().click()
  await expect(page.getByText('companies_and_contacts').first()).toBeVisible()
  expect([...hosts]).toEqual([new URL(baseURL ?? '').host])
  expect(complaints).toEqual([])
})
