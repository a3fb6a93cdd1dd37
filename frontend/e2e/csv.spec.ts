import { readFile } from 'node:fs/promises'
import { expect, test, type APIRequestContext, type Download } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { CONTACTS, CONTACTS_API, open, table } from './portal'

interface Form {
  columns: { name: string; hidden: boolean }[]
}

async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path())
}

/**
 * The largest companies first, and their contacts in an order that leaves nothing open: which of two equal rows
 * comes first, a database may decide otherwise for each statement.
 */
const KEYS = [
  { column: 'comp_employees', descending: true },
  { column: 'comp_id', descending: false },
  { column: 'cont_email', descending: false },
  { column: 'cont_updated_on', descending: false },
]
const SORTED = KEYS.map(
  ({ column, descending }) => `.sort=${column}${descending ? ':desc' : ''}`,
).join('&')

/** The API's own CSV of the search that these specs make. */
async function apiCsv(request: APIRequestContext, dialect: object): Promise<Buffer> {
  const form = (await (await request.get(CONTACTS_API)).json()) as Form
  const columns = form.columns.filter(({ hidden }) => !hidden).map(({ name }) => name)
  const data = { criteria: { name: 'labs' }, sort: KEYS, columns, dialect }
  const answer = await request.post(`${CONTACTS_API}/csv`, { data })
  expect(answer.status()).toBe(200)
  return answer.body()
}

test('the CSV of the table has the bytes of the API’s, and the server’s name', async ({
  page,
  request,
}) => {
  await open(page, `${CONTACTS}?name=labs&${SORTED}`)
  await expect(table(page)).toBeVisible()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV', exact: true }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^companies_and_contacts_\d{8}T\d{6}Z\.csv$/)
  const bytes = await bytesOf(download)
  expect(bytes.length).toBeGreaterThan(1000)
  expect(bytes.equals(await apiCsv(request, {}))).toBe(true)
})

test('a French spreadsheet gets semicolons, a decimal comma and a mark; the choice is remembered', async ({
  page,
  request,
}) => {
  await open(page, `${CONTACTS}?name=labs&${SORTED}`)
  await expect(table(page)).toBeVisible()
  await page.getByRole('button', { name: 'Download formats' }).click()
  await page.getByRole('radio', { name: 'a French spreadsheet' }).check()
  await expectWellDrawn(page)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download CSV' }).click()
  const bytes = await bytesOf(await downloading)
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
  const dialect = { delimiter: ';', decimal: ',', dates: 'locale', locale: 'fr', bom: true }
  expect(bytes.equals(await apiCsv(request, dialect))).toBe(true)

  await page.reload()
  await expect(page.getByTitle('a French spreadsheet')).toBeVisible()
})

for (const name of ['programs (plain)', 'a French spreadsheet', 'an English spreadsheet']) {
  test(`the preview for ${name} has the first lines of the file`, async ({ page }) => {
    await open(page, `${CONTACTS}?name=labs&${SORTED}`)
    await expect(table(page)).toBeVisible()
    await page.getByRole('button', { name: 'Download formats' }).click()
    await page.getByRole('radio', { name }).check()
    await page.getByRole('combobox', { name: 'Between values', exact: true }).selectOption('tab')
    const region = page.getByRole('region', { name: /^Preview/ })
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download CSV' }).click()
    const file = (await bytesOf(await downloading)).toString('utf8').replace(/^\ufeff/, '')
    await page.getByRole('button', { name: 'Download formats' }).click()
    await expect
      .poll(async () => (await region.innerText()).split('\n'))
      .toEqual(file.split('\n').slice(0, 4))
    expect(file).toMatch(/^Company id\tCompany\t/)
  })
}

test('an XLSX has the chosen columns, and is a workbook', async ({ page }) => {
  await open(page, `${CONTACTS}?name=labs`)
  await expect(table(page)).toBeVisible()
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Company id' }).uncheck()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Download formats' }).click()
  const asking = page.waitForRequest('**/xlsx')
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download XLSX' }).click()
  const { columns } = (await asking).postDataJSON() as { columns: string[] }
  expect(columns.slice(0, 2)).toEqual(['comp_name', 'comp_emails'])
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^companies_and_contacts_\d{8}T\d{6}Z\.xlsx$/)
  expect((await bytesOf(download)).subarray(0, 2).toString()).toBe('PK')
})
