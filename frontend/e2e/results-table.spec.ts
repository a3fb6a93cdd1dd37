import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { CONTACTS, cellsOf, open, table } from './portal'

const LABS = `${CONTACTS}?name=labs`

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

async function show(page: Page): Promise<void> {
  await open(page, LABS)
  await expect(table(page)).toBeVisible()
}

async function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText())
}

async function heads(page: Page): Promise<string[]> {
  return table(page).getByRole('columnheader').allInnerTexts()
}

function row(page: Page, at: number): Locator {
  return table(page).locator(`tbody tr[aria-rowindex="${at + 2}"]`)
}

/** The first cells of a row, as they are drawn. */
async function cells(page: Page, at: number, count: number): Promise<string[]> {
  return (await row(page, at).locator('td').allInnerTexts()).slice(0, count)
}

test.describe('filtering', () => {
  test('leaves the rows that hold all words, and says that files hold all rows', async ({
    page,
  }) => {
    await show(page)
    await page.getByRole('searchbox', { name: 'Filter in table' }).fill('director FRANCE')
    await expect(page.getByText(/^[\d,]+ of [\d,]+ rows contain this\. CSV and XLSX/)).toBeVisible()
    for (const country of await cellsOf(page, 'Country')) expect(country).toBe('France')
    await page.getByRole('button', { name: 'Show all rows again' }).click()
    await expect(page.getByText(/rows contain this/)).toHaveCount(0)
  })

  test('says so when nothing is left, and nothing is wrong with it', async ({ page }) => {
    await show(page)
    await page.getByRole('searchbox', { name: 'Filter in table' }).fill('no cell holds this')
    await expect(page.getByText('None of the rows contains this.')).toBeVisible()
    await expectWellDrawn(page)
  })

  test('outlives sorting', async ({ page }) => {
    await show(page)
    await page.getByRole('searchbox', { name: 'Filter in table' }).fill('director')
    const notice = page.getByText(/rows contain this/)
    const before = await notice.innerText()
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
    expect((await heads(page)).slice(0, 3)).toEqual(['Company', 'Company id', 'Website'])

    await page.reload()
    await expect(table(page)).toBeVisible()
    expect((await heads(page)).slice(0, 3)).toEqual(['Company id', 'Company', 'Emails'])
  })

  test('are remembered when the user says so, until reset', async ({ page }) => {
    await show(page)
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Emails' }).uncheck()
    await page.getByRole('checkbox', { name: 'Remember for this form' }).check()
    await page.reload()
    await expect(table(page)).toBeVisible()
    expect(await heads(page)).not.toContain('Emails')
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    await page.getByRole('button', { name: 'Reset' }).click()
    expect(await heads(page)).toContain('Emails')
    await page.reload()
    await expect(table(page)).toBeVisible()
    expect(await heads(page)).toContain('Emails')
  })

  test('that the author hid can be shown', async ({ page }) => {
    await show(page)
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Domain' }).check()
    await expect.poll(() => heads(page)).toContain('Domain')
  })

  test('are resized by the mouse, fitted by a double click, and resized by keys', async ({
    page,
  }) => {
    await show(page)
    const head = table(page).getByRole('columnheader', { name: 'Company', exact: true })
    const widthOf = async () => (await head.boundingBox())?.width ?? 0
    const before = await widthOf()
    const grip = head.getByTitle(/^Drag to resize/)
    const box = await grip.boundingBox()
    if (!box) throw new Error('There is no grip.')
    await page.mouse.move(box.x + 4, box.y + 10)
    await page.mouse.down()
    await page.mouse.move(box.x + 84, box.y + 10, { steps: 4 })
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
    const expected = [await cells(page, 1, 2), await cells(page, 2, 2)]
    expect(await clipboard(page)).toBe(expected.map((texts) => texts.join('\t')).join('\n'))
    await expect(page.getByRole('status').getByText('4 cells are copied')).toBeAttached()
    await expectWellDrawn(page)
  })

  test('far away come into view, and are named to a screen reader', async ({ page }) => {
    await show(page)
    await table(page).focus()
    await page.keyboard.press('Control+End')
    const id = await table(page).getAttribute('aria-activedescendant')
    const last = page.locator(`[id="${id}"]`)
    await expect(last).toBeInViewport()
    const rows = Number(await table(page).getAttribute('aria-rowcount'))
    await expect(last.locator('xpath=..')).toHaveAttribute('aria-rowindex', String(rows))
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
    const expected = [await cells(page, 0, 2), await cells(page, 1, 2)]
    expect(await clipboard(page)).toBe(expected.map((texts) => texts.join('\t')).join('\n'))
    await page.getByRole('button', { name: 'Copy rows' }).click()
    const [first = ''] = (await clipboard(page)).split('\n')
    expect(first.split('\t')).toHaveLength((await heads(page)).length)
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
    const [, company] = await cells(page, 0, 2)
    expect(await clipboard(page)).toBe(company)
    await page.keyboard.press('Escape')
    await expect(sheet).toHaveCount(0)
    await expect(table(page)).toBeFocused()
  })
})
