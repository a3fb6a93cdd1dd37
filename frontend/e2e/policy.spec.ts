/** The page's content security policy, as a browser keeps it: nothing of the page's own is refused. */
import { expect, test, type Page } from '@playwright/test'
import { CONTACTS, open, table } from './portal'

/** Note everything that the policy refuses, from the first script on, on every page that is gone to. */
async function watchRefusals(page: Page, refused: string[]): Promise<void> {
  await page.exposeFunction('tellRefused', (what: string) => refused.push(what))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { tellRefused } = window as unknown as { tellRefused: (what: string) => void }
      tellRefused(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`)
    })
  })
}

test('styles are allowed by a nonce alone, and the theme has it', async ({ page }) => {
  const answer = await page.goto('/')
  const policy = answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toMatch(/style-src 'self' 'nonce-[\w-]{16,}';/)
  expect(policy).not.toContain('unsafe')
  await expect(page.locator('style#vuetify-theme-stylesheet')).toBeAttached()
  await expect(page.locator('html'), 'the theme is in force').toHaveCSS('--v-theme-primary', /\d/)
})

test('a whole search, its summary and both themes break no rule of the policy', async ({
  page,
}) => {
  const refused: string[] = []
  await watchRefusals(page, refused)
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await open(page, `${CONTACTS}?name=labs`)
  await expect(table(page)).toBeVisible()
  await page.getByRole('button', { name: 'Summary', exact: true }).click()
  await expect(page.getByRole('complementary', { name: 'Summary' })).toBeVisible()
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.getByRole('button', { name: 'Signed in as demo' }).click()
  await page.keyboard.press('Escape')
  await page.goto('/extracts')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  expect(refused).toEqual([])
})

test('what the policy forbids is refused', async ({ page }) => {
  const refused: string[] = []
  await watchRefusals(page, refused)
  await page.goto('/')
  await page.evaluate(() => {
    const style = document.createElement('style')
    style.textContent = 'body { display: none }'
    document.head.append(style)
  })
  await expect.poll(() => refused).toEqual([expect.stringContaining('style-src')])
})
