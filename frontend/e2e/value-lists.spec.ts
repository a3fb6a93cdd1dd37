import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { CONTACTS, CONTACTS_API, open, search, table } from './portal'

const DOMAINS = 'Company domains'

interface Rows {
  columns: { name: string }[]
  rows: string[][]
}

/** Some domains that companies have. */
async function known(page: Page, count: number): Promise<string[]> {
  const answer = await page.request.post(`${CONTACTS_API}/search`, {
    data: { criteria: { name: 'labs' } },
  })
  const { columns, rows } = (await answer.json()) as Rows
  const at = columns.findIndex(({ name }) => name === 'comp_domain')
  return [
    ...new Set(rows.map((row) => row[at]).filter((one): one is string => Boolean(one))),
  ].slice(0, count)
}

function field(page: Page) {
  return page.locator('[data-criterion="domain"]')
}

async function drop(page: Page, name: string, content: string): Promise<void> {
  const data = await page.evaluateHandle(
    ({ name, content }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([content], name, { type: 'text/csv' }))
      return transfer
    },
    { name, content },
  )
  const target = field(page).locator('.values')
  await target.dispatchEvent('dragover', { dataTransfer: data })
  await target.dispatchEvent('drop', { dataTransfer: data })
}

test('a dropped file is read, looked at, searched by, and tells what was not found', async ({
  page,
}) => {
  await open(page, CONTACTS)
  const domains = await known(page, 5)
  const rows = [...domains, domains[0], 'nobody.example', ''].map((one, at) => `${at};${one}`)
  await drop(page, 'domains_q3.csv', `nr;domain\n${rows.join('\n')}\n`)

  await expect(field(page)).toContainText('domains_q3.csv')
  await expect(field(page)).toContainText('column domain')
  await expect(field(page)).toContainText('6 values')
  await expect(field(page)).toContainText('1 duplicate, 1 blank removed')

  await page.getByRole('button', { name: 'How domains_q3.csv was read' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('radio', { name: 'domain' })).toBeChecked()
  await expectWellDrawn(page)
  await dialog.getByRole('radio', { name: 'nr' }).check()
  await expect(dialog.locator('.kept')).toContainText('8')
  await dialog.getByRole('radio', { name: 'domain' }).check()
  await expect(dialog.locator('.kept')).toContainText('6')
  await dialog.getByRole('button', { name: 'Done' }).click()

  await search(page)
  await expect(table(page)).toBeVisible()
  await expect(page.getByText(`5 of 6 matched (${DOMAINS})`)).toBeVisible()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'download the one that did not' }).click()
  const file = await (await downloading).path()
  expect(await readFile(file, 'utf8')).toBe('line,value,problem\n8,nobody.example,not found\n')

  await expect(page).toHaveURL(/domain\.list=/)
  await page.reload()
  await expect(field(page)).toContainText('domains_q3.csv')
  await expect(table(page)).toBeVisible()
  await expectWellDrawn(page)
})

test('a list is there again under the recent ones, and a count tells what matched', async ({
  page,
}) => {
  await open(page, CONTACTS)
  const name = `recent-${Date.now()}.txt`
  await drop(page, name, 'nobody.example\nno-one.example\n')
  await expect(field(page)).toContainText('2 values')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect(field(page)).not.toContainText(name)

  await page.getByRole('button', { name: `A file or a recent list, for ${DOMAINS}` }).click()
  await expectWellDrawn(page)
  await page.getByRole('button', { name: new RegExp(name) }).click()
  await expect(field(page)).toContainText('2 values')
  await page.getByRole('button', { name: 'Count', exact: true }).click()
  await expect(page.getByText(`0 of 2 matched (${DOMAINS})`)).toBeVisible()
})

test('a file that is no list says why, and leaves the field as it was', async ({ page }) => {
  await open(page, CONTACTS)
  await drop(page, 'sheet.csv', 'PK\u0003\u0004 and so on')

  await expect(field(page).getByRole('alert')).toContainText('an Excel workbook')
  await expect(page.getByRole('textbox', { name: DOMAINS })).toBeVisible()
  await page.getByRole('textbox', { name: DOMAINS }).fill('a.example')
  await expect(field(page).getByRole('alert')).toHaveCount(0)
})
