/** What the specs have in common: how a user gets to an interface, and to what is on it. */
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Locator, type Page } from '@playwright/test'

export const CONTACTS = '/interfaces/companies_and_contacts'
export const CONTACTS_API = '/api/v1/interfaces/companies_and_contacts'

/** An archive waits for those that other specs asked for, on a machine that may be busy. */
export const WRITTEN = { timeout: 60_000 }

/**
 * Signed in when asked, as people are, and not by a header: links that download are followed by the browser
 * itself, which knows of no header.
 */
export const SIGNED_IN_WHEN_ASKED = {
  extraHTTPHeaders: {},
  httpCredentials: { username: 'demo', password: 'demo' },
}

/** The folder of the portal's definitions, to which some specs add their own. */
function portalFolder(): string {
  const folder = process.env.PORTAL_DIR
  if (!folder)
    throw new Error('PORTAL_DIR must name the folder of the definitions; ./test.sh browser does')
  return folder
}

/** The id of a definition of a spec's own, which no other process of the tests writes or removes. */
export function ownDefinition(name: string): string {
  return `${name}_${process.env.TEST_PARALLEL_INDEX ?? '0'}`
}

/** Write a definition at once: the portal never reads half of it. */
export async function writeDefinition(id: string, text: string): Promise<void> {
  const file = join(portalFolder(), `${id}.yaml`)
  await writeFile(`${file}.unfinished`, text)
  await rename(`${file}.unfinished`, file)
}

export function removeDefinition(id: string): Promise<void> {
  return rm(join(portalFolder(), `${id}.yaml`))
}

/** A day before every contact of the demo, and in no other search: what is found by it is a spec's own. */
export function dayOfItsOwn(): string {
  return new Date(Date.UTC(1000, 0, 1 + Math.floor(Math.random() * 300_000)))
    .toISOString()
    .slice(0, 10)
}

export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.getByRole('button', { name: 'Search', exact: true })).toBeVisible()
}

export async function search(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Search', exact: true }).click()
}

/** Have all fields of a form in sight that a result has folded. */
export async function unfold(page: Page): Promise<void> {
  const toggle = page.getByRole('button', { name: 'All criteria', expanded: false })
  await toggle.click()
  await expect(toggle).toHaveCount(0)
}

/** What a folded form says of a criterion. */
export function chip(page: Page, label: string): Locator {
  return page.locator('.chips > .chip', { hasText: label })
}

export function table(page: Page): Locator {
  return page.getByRole('grid', { name: 'Rows found' })
}

/** What is read of the page, once it is as it should be: it is looked at until `isReady` finds no fault. */
export async function settled<Seen>(
  look: () => Promise<Seen>,
  isReady: (seen: Seen) => void,
): Promise<Seen> {
  const seen: Seen[] = []
  await expect(async () => {
    const now = await look()
    isReady(now)
    seen.push(now)
  }).toPass()
  return seen.at(-1) as Seen
}

/** The text of an element once it is like that: what a test remembers, to hold a later state against it. */
export function textOf(element: Locator, like: RegExp): Promise<string> {
  return settled(
    () => element.innerText(),
    (text) => expect(text).toMatch(like),
  )
}

/** The cells of one column, as far as they are drawn: heading and cells of one moment. */
export function cellsOf(page: Page, label: string): Promise<string[]> {
  return table(page).evaluate((grid, wanted) => {
    const heads = [...grid.querySelectorAll('th')]
    const at = heads.findIndex((head) => head.querySelector('span')?.innerText.trim() === wanted)
    if (at === -1) throw new Error(`There is no column called ${wanted}.`)
    const cells = grid.querySelectorAll<HTMLElement>(`tbody td[aria-colindex="${at + 1}"]`)
    return [...cells].map((cell) => cell.innerText)
  }, label)
}

/** The options of the list that is open; each field has a menu of its own beside its label, which has options, too. */
export function options(page: Page): Locator {
  return page.getByRole('listbox').getByRole('option')
}

/** Choose an option of a select that takes several, by typing its label. */
export async function choose(page: Page, criterion: string, label: string): Promise<void> {
  const input = page.getByRole('combobox', { name: criterion, exact: true })
  await input.fill(label)
  await page.getByRole('option', { name: label, exact: true }).click()
  await expect(page.getByRole('button', { name: `Remove ${label}`, exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
}
