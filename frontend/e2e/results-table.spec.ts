import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { CONTACTS, cellsOf, open, settled, table, textOf } from './portal'

const LABS = `${CONTACTS}?name=labs`

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

async function show(page: Page): Promise<void> {
  await open(page, LABS)
  await expect(table(page)).toBeVisible()
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText())
}

function heads(page: Page): Locator {
  return table(page).getByRole('columnheader')
}

function head(page: Page, label: string): Locator {
  return table(page).getByRole('columnheader', { name: label, exact: true })
}

async function expectFirst(page: Page, labels: string[]): Promise<void> {
  for (const [at, label] of labels.entries()) await expect(heads(page).nth(at)).toHaveText(label)
}

function row(page: Page, at: number): Locator {
  return table(page).locator(`tbody tr[aria-rowindex="${at + 2}"]`)
}

/** The first cells of these rows were copied, as they are drawn. */
async function expectCopied(page: Page, rows: number[], count: number): Promise<void> {
  await expect(async () => {
    const cells = await Promise.all(rows.map((at) => row(page, at).locator('td').allInnerTexts()))
    const lines = cells.map((texts) => texts.slice(0, count).join('\t'))
    expect(await clipboard(page)).toBe(lines.join('\n'))
  }).toPass()
}

test.describe('filtering', () => {
  test('leaves the rows that hold all words, and says that files hold all rows', async ({
    page,
  }) => {
    await show(page)
    await page.getByRole('searchbox', { name: 'Filter in table' }).fill('director FRANCE')
    await expect(page.getByText(/^[\d,]+ of [\d,]+ rows contain this\. CSV and XLSX/)).toBeVisible()
    await expect.poll(async () => [...new Set(await cellsOf(page, 'Country'))]).toEqual(['France'])
    await page.getByRole('button', { name: 'Show all rows again' }).click()
    await expect(page.getByText(/rows contain this/)).toHaveCount(0)
  })

  test('says so when nothing is left, and nothing is wrong with it', async ({ page }) => {
    await show(page)
    await page.getByRole('searchbox', { name: 'Filter in table' }).fill('no cell holds this')
    await expect(page.getByText('No row contains “no cell holds this”')).toBeVisible()
    await expectWellDrawn(page)
  })

  test('outlives sorting', async ({ page }) => {
    await show(page)
    await page.getByRole('searchbox', { name: 'Filter in table' }).fill('director')
    const notice = page.getByText(/rows contain this/)
    const before = await textOf(notice, /^[\d,]+ of [\d,]+ rows/)
    await table(page).getByRole('button', { name: 'Employees' }).click()
    await expect(table(page).getByRole('columnheader', { name: 'Employees' })).toHaveAttribute(
      'aria-sort',
      'ascending',
    )
    await expect(notice).toHaveText(before)
  })
})

test.describe('columns', () => {
  test('are left out and moved by the keyboard, and stay so only for who asks', async ({
    page,
  }) => {
    await show(page)
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Emails' }).press('Space')
    const up = page.getByRole('button', { name: 'Move Company up' })
    await up.press('Enter')
    await expect(page.getByRole('button', { name: 'Move Company down' })).toBeFocused()
    await expectWellDrawn(page)
    await page.keyboard.press('Escape')
    await expectFirst(page, ['Company', 'Company id', 'Website'])

    await page.reload()
    await expectFirst(page, ['Company id', 'Company', 'Emails'])
  })

  test('are remembered when the user says so, until reset', async ({ page }) => {
    await show(page)
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Emails' }).uncheck()
    await page.getByRole('checkbox', { name: 'Remember for this form' }).check()
    await expect(head(page, 'Emails')).toHaveCount(0)
    await page.reload()
    await expect(head(page, 'Website')).toBeVisible()
    await expect(head(page, 'Emails')).toHaveCount(0)
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    await page.getByRole('button', { name: 'Reset' }).click()
    await expect(page.getByRole('button', { name: 'Reset' })).toBeDisabled()
    await expect(head(page, 'Emails')).toBeVisible()
    await page.reload()
    await expect(head(page, 'Emails')).toBeVisible()
  })

  test('that the author hid can be shown', async ({ page }) => {
    await show(page)
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Domain' }).check()
    await expect(head(page, 'Domain')).toBeAttached()
  })

  test('are resized by the mouse, fitted by a double click, and resized by keys', async ({
    page,
  }) => {
    await show(page)
    const company = head(page, 'Company')
    const widthOf = () => company.boundingBox().then((box) => box?.width ?? 0)
    const grip = company.getByTitle(/^Drag to resize/)
    // It is waited for until it stands still; from then on nothing moves it but the drag.
    await grip.hover()
    const before = await settled(widthOf, (width) => expect(width).toBeGreaterThan(0))
    const box = await settled(
      () => grip.boundingBox(),
      (found) => expect(found).not.toBeNull(),
    )
    const [x, y] = [(box?.x ?? 0) + 4, (box?.y ?? 0) + 10]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 80, y, { steps: 4 })
    await page.mouse.up()
    await expect.poll(async () => Math.abs((await widthOf()) - before - 80)).toBeLessThanOrEqual(2)
    await grip.dblclick()
    await expect.poll(widthOf).toBe(before)

    await table(page).focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await expect.poll(widthOf).toBe(before + 16)
  })
})

test.describe('cells', () => {
  test('are gone through, selected and copied by the keyboard', async ({ page }) => {
    await show(page)
    await table(page).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Control+c')
    await expect(page.getByRole('status').getByText('4 cells are copied')).toBeAttached()
    await expectCopied(page, [1, 2], 2)
    await expectWellDrawn(page)
  })

  test('far away come into view, and are named to a screen reader', async ({ page }) => {
    await show(page)
    await table(page).focus()
    await page.keyboard.press('Control+End')
    const id = await settled(
      () => table(page).getAttribute('aria-activedescendant'),
      (found) => expect(found).not.toBeNull(),
    )
    const rows = await settled(
      () => table(page).getAttribute('aria-rowcount'),
      (count) => expect(Number(count)).toBeGreaterThan(100),
    )
    const last = table(page).locator(`tr[aria-rowindex="${rows}"] [id="${id}"]`)
    await expect(last).toBeInViewport()
    await page.keyboard.press('Control+Home')
    await expect(row(page, 0)).toBeInViewport()
  })

  test('are selected by the mouse, and copied by what then shows', async ({ page }) => {
    await show(page)
    await row(page, 0).locator('td').nth(0).hover()
    await page.mouse.down()
    await row(page, 1).locator('td').nth(1).hover()
    await page.mouse.up()
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await expectCopied(page, [0, 1], 2)
    await page.getByRole('button', { name: 'Copy rows' }).click()
    await expect(async () => {
      const [first = ''] = (await clipboard(page)).split('\n')
      expect(first.split('\t')).toHaveLength(await heads(page).count())
    }).toPass()
    await page.getByRole('button', { name: 'Clear selection' }).click()
    await expect(page.getByRole('button', { name: 'Copy rows' })).toHaveCount(0)
  })

  test('of the headings sort by Enter', async ({ page }) => {
    await show(page)
    await table(page).focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await expect(table(page).getByRole('columnheader', { name: 'Company id' })).toHaveAttribute(
      'aria-sort',
      'ascending',
    )
  })
})

test.describe('a row', () => {
  test('is read whole, and the arrow keys lead to those around it', async ({ page }) => {
    await show(page)
    await table(page).focus()
    await page.keyboard.press('Space')
    const sheet = page.getByRole('dialog', { name: 'Row' })
    await expect(sheet.getByText(/^1 of [\d,]+$/)).toBeVisible()
    await expect(sheet.getByText('Domain', { exact: true })).toBeVisible()
    await expectWellDrawn(page)
    await page.keyboard.press('ArrowRight')
    await expect(sheet.getByText(/^2 of [\d,]+$/)).toBeVisible()
    await page.keyboard.press('ArrowLeft')
    await expect(sheet.getByText(/^1 of [\d,]+$/)).toBeVisible()
    await sheet.getByRole('button', { name: 'Copy Company', exact: true }).click()
    const company = await textOf(row(page, 0).locator('td').nth(1), /\S/)
    await expect.poll(() => clipboard(page)).toBe(company)
    await page.keyboard.press('Escape')
    await expect(sheet).toHaveCount(0)
    await expect(table(page)).toBeFocused()
  })
})
