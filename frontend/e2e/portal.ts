/** What the specs have in common: how a user gets to an interface, and to what is on it. */
import { expect, type Locator, type Page } from '@playwright/test'

export const CONTACTS = '/interfaces/companies_and_contacts'
export const CONTACTS_API = '/api/v1/interfaces/companies_and_contacts'

/**
 * Signed in when asked, as people are, and not by a header: links that download are followed by the browser
 * itself, which knows of no header.
 */
export const SIGNED_IN_WHEN_ASKED = {
  extraHTTPHeaders: {},
  httpCredentials: { username: 'demo', password: 'demo' },
}

/** The folder of the portal's definitions, to which some specs add their own. */
export function portalFolder(): string {
  const folder = process.env.PORTAL_DIR
  if (!folder)
    throw new Error('PORTAL_DIR must name the folder of the definitions; ./test.sh browser does')
  return folder
}

export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.getByRole('button', { name: 'Search', exact: true })).toBeVisible()
}

export async function search(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Search', exact: true }).click()
}

export function table(page: Page): Locator {
  return page.getByRole('grid', { name: 'Rows found' })
}

/** The cells of one column, as far as they are drawn. */
export async function cellsOf(page: Page, label: string): Promise<string[]> {
  const heads = await table(page).getByRole('columnheader').allInnerTexts()
  const at = heads.findIndex((head) => head.trim() === label)
  expect(at, `a column called ${label}`).toBeGreaterThanOrEqual(0)
  return table(page)
    .locator(`tbody tr:not([aria-hidden]) td:nth-child(${at + 1})`)
    .allInnerTexts()
}

/** Choose an option of a select by typing its label. */
export async function choose(page: Page, criterion: string, label: string): Promise<void> {
  const input = page.getByRole('combobox', { name: criterion, exact: true })
  await input.fill(label)
  await page.getByRole('option', { name: label, exact: true }).click()
  await page.keyboard.press('Escape')
}
