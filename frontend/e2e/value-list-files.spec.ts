import { expect, test, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { BOOK } from './book'
import { CONTACTS, open } from './portal'

const DOMAINS = 'Company domains'
const BANK = [
  'Girokonto;DE00123',
  'Zeitraum:;01.01.2026 - 31.01.2026',
  '',
  'Datum;Empfänger;Company domain;Betrag',
  ...Array.from(
    { length: 12 },
    (_, at) => `0${(at % 9) + 1}.01.26;Firma ${at};f${at}.example;-1,50`,
  ),
].join('\r\n')
/** Почта;Имя, in Windows-1251. */
const CYRILLIC = [0xcf, 0xee, 0xf7, 0xf2, 0xe0, 0x3b, 0xc8, 0xec, 0xff]

function field(page: Page) {
  return page.locator('[data-criterion="domain"]')
}

async function upload(page: Page, name: string, content: Buffer): Promise<void> {
  await page.getByRole('button', { name: `A file or a recent list, for ${DOMAINS}` }).click()
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a file' }).click()
  await (await choosing).setFiles({ name, mimeType: 'text/csv', buffer: content })
  await page.keyboard.press('Escape')
}

async function dialogOf(page: Page, name: string) {
  await page.getByRole('button', { name: `How ${name} was read` }).click()
  return page.getByRole('dialog')
}

test('lines above the header are told, and another line is chosen', async ({ page }) => {
  await open(page, CONTACTS)
  await upload(page, 'bank.csv', Buffer.from(BANK))

  await expect(field(page)).toContainText('column Company domain')
  await expect(field(page)).toContainText('12 values')
  await expect(field(page)).toContainText('3 lines above')
  const dialog = await dialogOf(page, 'bank.csv')
  await expect(dialog).toContainText('3 lines above are left out:')
  await expect(dialog).toContainText('Girokonto;DE00123')
  await expectWellDrawn(page)

  const header = dialog.getByLabel('Column names')
  await expect(header).toHaveValue('4')
  await header.selectOption({ label: 'Line 5: 01.01.26;Firma 0;f0.example;-1,50' })
  await expect(dialog.locator('.kept')).toContainText('11')
  await header.selectOption({ label: 'none: values from line 1 on' })
  await expect(dialog).not.toContainText('left out:')
  await expectWellDrawn(page)
})

test('letters that nobody can read are told, and read by another encoding', async ({ page }) => {
  await open(page, CONTACTS)
  const rows = Array.from({ length: 5 }, (_, at) => [
    ...Buffer.from(`\r\nf${at}.example;`),
    ...CYRILLIC.slice(6),
  ])
  await upload(page, 'cyrillic.csv', Buffer.from([...CYRILLIC, ...rows.flat()]))

  await expect(field(page)).toContainText('Letters look wrong')
  const dialog = await dialogOf(page, 'cyrillic.csv')
  await expect(dialog.getByRole('status')).toContainText('The letters of this file look wrong.')
  await expectWellDrawn(page)
  await dialog.getByLabel('Encoding').selectOption('windows-1251')

  await expect(dialog.getByRole('columnheader', { name: 'Почта' })).toBeVisible()
  await expect(dialog.getByRole('status')).toHaveCount(0)
  await expectWellDrawn(page)
})

test('a workbook is read, and another sheet of it', async ({ page }) => {
  await open(page, CONTACTS)
  await upload(page, 'book.xlsx', Buffer.from(BOOK, 'base64'))

  await expect(field(page)).toContainText('2 values')
  const dialog = await dialogOf(page, 'book.xlsx')
  await expect(dialog).toContainText('xlsx')
  await expect(dialog.getByLabel('Separated by')).toHaveCount(0)
  await dialog.getByLabel('Sheet').selectOption('Zwei')
  await expect(dialog.locator('.kept')).toContainText('3')
  await expectWellDrawn(page)
})
