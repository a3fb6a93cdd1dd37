/** The page's content security policy, as a browser keeps it: nothing of the page's own is refused. */
import { expect, test, type Page } from '@playwright/test'
import { CONTACTS, open, search, table } from './portal'

/** Takes note of everything that the policy refuses, from the first script on. */
async function watchRefusals(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const refused: string[] = []
    Object.assign(window, { refused })
    document.addEventListener('securitypolicyviolation', (event) => {
      refused.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`)
    })
  })
  return () => page.evaluate(() => (window as unknown as { refused: string[] }).refused)
}

test('styles are allowed by a nonce alone, and the theme has it', async ({ page }) => {
  const answer = await page.goto('/')
  const policy = answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toMatch(/style-src 'self' 'nonce-[\w-]{16,}';/)
  expect(policy).not.toContain('unsafe')
  await expect(page.locator('style#vuetify-theme-stylesheet')).toBeAttached()
  const surface = await page.evaluate(() =>
    getComputedStyle(document.documentElement).getPropertyValue('--v-theme-primary'),
  )
  expect(surface.trim(), 'the theme is in force').not.toBe('')
})

test('a whole search, its summary and both themes break no rule of the policy', async ({
  page,
}) => {
  const refusals = await watchRefusals(page)
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await open(page, `${CONTACTS}?name=labs`)
  await search(page)
  await expect(table(page)).toBeVisible()
  await page.getByRole('button', { name: 'Summary', exact: true }).click()
  await expect(page.getByRole('complementary', { name: 'Summary' })).toBeVisible()
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.getByRole('button', { name: 'Signed in as demo' }).click()
  await page.keyboard.press('Escape')
  await page.goto('/extracts')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  expect(await refusals()).toEqual([])
})

test('what the policy forbids is refused', async ({ page }) => {
  const refusals = await watchRefusals(page)
  await page.goto('/')
  await page.evaluate(() => {
    const style = document.createElement('style')
    style.textContent = 'body { display: none }'
    document.head.append(style)
  })
  await expect.poll(refusals).toEqual([expect.stringContaining('style-src')])
})
