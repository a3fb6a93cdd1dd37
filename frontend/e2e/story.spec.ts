/** The main story in one: walk up, say what one wants, walk away with a number, a table, a CSV, an archive. */
import { readFile } from 'node:fs/promises'
import { expect, test, type Download, type Locator, type Page } from '@playwright/test'
import { SIGNED_IN_WHEN_ASKED, WRITTEN, dayOfItsOwn, open, search, table, textOf } from './portal'

test.use(SIGNED_IN_WHEN_ASKED)

async function downloaded(page: Page, from: Locator): Promise<[Download, Buffer]> {
  const [download] = await Promise.all([page.waitForEvent('download'), from.click()])
  return [download, await readFile(await download.path())]
}

test('from the panel to a table, a CSV and an archive', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('link', { name: 'Companies and contacts', exact: true }).click()
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await page.getByRole('button', { name: 'Count', exact: true }).click()
  await expect(page.getByText(/^[\d,]+ rows$/).first()).toBeVisible()
  await search(page)
  await expect(table(page)).toBeVisible()
  const heading = page.getByRole('heading', { name: /^[\d,]+ rows$/ })
  const rows = Number((await textOf(heading, /\d/)).replace(/\D/g, ''))

  const [csv, lines] = await downloaded(
    page,
    page.getByRole('button', { name: 'CSV', exact: true }),
  )
  expect(csv.suggestedFilename()).toMatch(/^companies_and_contacts_.*\.csv$/)
  expect(lines.toString('utf8').trim().split(/\r?\n/)).toHaveLength(rows + 1)

  await open(page, `/interfaces/companies_and_contacts?updated.from=${dayOfItsOwn()}`)
  await search(page)
  const band = page.getByRole('region', { name: 'Result' }).getByRole('group', { name: 'Extract' })
  // A portal with a mail server says where the mail went, one without that it is ready.
  const ended = band.getByRole('heading', { name: /^(Ready to download|Sent to demo@)/ })
  await expect(ended).toBeVisible(WRITTEN)
  const [zip, bytes] = await downloaded(page, band.getByRole('link', { name: /^Download/ }))
  expect(zip.suggestedFilename()).toMatch(/^companies_and_contacts_\d{8}T\d{6}Z\.zip$/)
  expect(bytes.includes('manifest.json')).toBe(true)
})
