/** What can be done with a row, a value and the whole table: by mouse, by keys, by touch, on paper. */
import { expect, test, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { cellsOf, chip, CONTACTS, CONTACTS_API, open, settled, table } from './portal'

const LABS = `${CONTACTS}?name=labs`

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

async function show(page: Page, path = LABS): Promise<void> {
  await open(page, path)
  await expect(table(page)).toBeVisible()
}

const cell = (page: Page, row: number, column: number) =>
  table(page).locator(`tr[aria-rowindex="${row + 2}"] td[aria-colindex="${column + 1}"]`)

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

/** The actions of a row, where they are shown. */
const actions = (page: Page) => page.getByRole('group', { name: 'What to do with the row' })

/** How many places the browser paints as found by the filter. */
const marks = (page: Page) => page.evaluate(() => CSS.highlights.get('filter')?.size ?? 0)

test.describe('a row', () => {
  test('offers what can be done with it where the pointer is, and does it with that row', async ({
    page,
  }) => {
    await show(page)
    await expect(actions(page)).toHaveCount(0)
    await cell(page, 3, 1).hover()
    await expect(actions(page)).toBeInViewport({ ratio: 1 })
    await expectWellDrawn(page)
    await actions(page).getByRole('button', { name: 'Copy the row' }).click()
    const name = await settled(
      () => cell(page, 3, 1).innerText(),
      (text) => expect(text).toMatch(/labs/i),
    )
    await expect.poll(async () => (await clipboard(page)).split('\t')[1]).toBe(name)
    await actions(page).getByRole('button', { name: 'Details' }).click()
    const sheet = page.getByRole('dialog', { name: `Row: ${name}` })
    await expect(sheet.getByRole('heading', { name })).toBeVisible()
    await expect(sheet.getByTitle('Next row')).toBeVisible()
    await expectWellDrawn(page)
  })

  test('offers the same to the keyboard, next after the table', async ({ page }) => {
    await show(page)
    await table(page).focus()
    await page.keyboard.press('ArrowDown')
    await expect(actions(page)).toBeVisible()
    await page.keyboard.press('Tab')
    await expect(actions(page).getByRole('button', { name: 'Details' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog').getByText(/^2 of [\d,]+$/)).toBeVisible()
  })
})

test.describe('by touch', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 780 } })

  test('a tap on a row shows its actions, a tap on “+1” all values, and they stay', async ({
    page,
  }) => {
    await show(page)
    await cell(page, 2, 1).tap()
    await expect(actions(page)).toBeInViewport({ ratio: 1 })
    await expectWellDrawn(page)
    await actions(page).getByRole('button', { name: 'Details' }).tap()
    await expect(page.getByRole('dialog', { name: 'Row: ' })).toBeVisible()
    await page.getByRole('button', { name: 'Close', exact: true }).tap()

    const more = table(page).getByRole('button', { name: /^\+\d+: show all \d+ values of Emails/ })
    await more.first().scrollIntoViewIfNeeded()
    await more.first().tap()
    const whole = page.locator('.reader')
    await expect(whole.getByRole('link')).not.toHaveCount(0)
    await expectWellDrawn(page)
  })
})

test('“+1” opens by click and by Enter, stays when the pointer leaves, and Escape closes it', async ({
  page,
}) => {
  await show(page)
  const whole = page.locator('.reader')
  const more = table(page).getByRole('button', { name: /^\+\d+: show all/ })
  await more.first().click()
  await expect(whole).toBeVisible()
  await page.mouse.move(700, 20)
  await expect(whole.getByRole('link').first()).toHaveAttribute('href', /^mailto:/)
  await expectWellDrawn(page)
  await page.keyboard.press('Escape')
  await expect(whole).toHaveCount(0)

  const row = await settled(
    () =>
      more
        .first()
        .evaluate((button) => Number(button.closest('tr')?.getAttribute('aria-rowindex')) - 2),
    (at) => expect(at).toBeGreaterThanOrEqual(0),
  )
  await cell(page, row, 1).click()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(whole).toBeVisible()
})

test.describe('the filter', () => {
  test('marks what it found, and brings it into view', async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 720 })
    await show(page)
    await page.getByRole('searchbox', { name: 'Filter in table' }).fill('director')
    await expect.poll(() => marks(page)).toBeGreaterThan(5)
    await expect(table(page).getByRole('columnheader', { name: 'Level' })).toBeInViewport({
      ratio: 1,
    })
    await page.getByRole('button', { name: 'Show all rows again' }).click()
    await expect.poll(() => marks(page)).toBe(0)
  })

  test('marks the cell where the value is meant, and not what is shown of it', async ({ page }) => {
    await show(page)
    await page.getByRole('searchbox', { name: 'Filter in table' }).fill('2025-1')
    await expect(table(page).locator('td.hit').first()).toBeInViewport({ ratio: 1 })
  })

  test('that no row passes says so, with the way back', async ({ page }) => {
    await show(page)
    const field = page.getByRole('searchbox', { name: 'Filter in table' })
    await field.fill('no cell holds this')
    await expect(page.getByRole('heading', { name: /No row contains/ })).toBeVisible()
    await page.getByRole('button', { name: 'Show all rows again' }).last().click()
    await expect(table(page)).toBeVisible()
    await expect(field).toBeFocused()
  })
})

test('columns are found by name, and all or none of them shown', async ({ page }) => {
  await show(page)
  await page.getByRole('button', { name: 'Columns', exact: true }).click()
  await page.getByRole('button', { name: 'None' }).click()
  await expect(table(page).getByRole('columnheader')).toHaveCount(1)
  const find = page.getByRole('searchbox', { name: 'Find a column' })
  await find.fill('compa')
  await page.getByRole('button', { name: 'All', exact: true }).click()
  await expect(table(page).getByRole('columnheader', { name: 'Company industry' })).toBeVisible()
  await expect(table(page).getByRole('columnheader', { name: 'Country' })).toHaveCount(0)
  await expectWellDrawn(page)
  await find.press('Escape')
  await expect(page.getByRole('checkbox', { name: 'Country' })).toBeVisible()
  await page.getByRole('button', { name: 'Reset' }).click()
  await expect(table(page).getByRole('columnheader', { name: 'Country' })).toBeAttached()
})

test('a value is searched for alone, then left out', async ({ page }) => {
  await show(page)
  const france = table(page).locator('td', { hasText: /^France$/ })
  await page.getByRole('searchbox', { name: 'Filter in table' }).fill('France')
  await expect.poll(() => marks(page)).toBeGreaterThan(0)
  await france.first().click()
  await page.getByRole('button', { name: 'Only these' }).click()
  await expect(chip(page, 'Country')).toContainText('France')
  await expect(page).toHaveURL(/country=/)
  await page.getByRole('button', { name: 'Show all rows again' }).click()
  await expect.poll(async () => [...new Set(await cellsOf(page, 'Country'))]).toEqual(['France'])
  await page.goBack()
  await expect(chip(page, 'Country')).toHaveCount(0)
  await page.getByRole('searchbox', { name: 'Filter in table' }).fill('France')
  await expect.poll(() => marks(page)).toBeGreaterThan(0)
  await france.first().click()
  await page.getByRole('button', { name: 'Not these' }).click()
  await expect(chip(page, 'Country')).toContainText(/not.*France/)
  await expect(page.getByRole('heading', { name: /No row contains/ })).toBeVisible()
})

test('rows are sorted by several columns, by Shift and in the menu', async ({ page }) => {
  await show(page)
  const head = (name: string) => table(page).getByRole('columnheader', { name })
  await head('Country').getByRole('button').click()
  await expect(head('Country')).toHaveAttribute('aria-sort', 'ascending')
  await head('Employees')
    .getByRole('button')
    .click({ modifiers: ['Shift'] })
  await expect(page).toHaveURL(/\.sort=.*\.sort=/)
  await expect(head('Employees').locator('sup')).toHaveText('2')
  const sorted = async () => {
    const [countries, sizes] = await Promise.all([
      cellsOf(page, 'Country'),
      cellsOf(page, 'Employees'),
    ])
    const alike = sizes.filter((_, at) => countries[at] === countries[0])
    return alike.map((text) => Number(text.replaceAll(',', ''))).filter((size) => !isNaN(size))
  }
  await expect
    .poll(async () => {
      const sizes = await sorted()
      return sizes.length > 1 && sizes.every((size, at) => at === 0 || size >= (sizes[at - 1] ?? 0))
    })
    .toBe(true)
  await page.getByRole('button', { name: 'View', exact: true }).click()
  await page.getByRole('button', { name: 'Employees: ascending' }).click()
  await expect(page.getByRole('button', { name: 'Employees: descending' })).toBeVisible()
  await expectWellDrawn(page)
  await page
    .getByRole('combobox', { name: 'Sort by another column', exact: true })
    .selectOption('Company')
  await expect(head('Company').locator('sup').first()).toHaveText('3')
  await page.getByRole('button', { name: 'Do not sort by Country' }).click()
  await expect(head('Employees')).toHaveAttribute('aria-sort', 'descending')
})

test('numbers are added up over the whole result, on request', async ({ page, request }) => {
  await show(page)
  const sums = page.getByRole('group', { name: 'Sums of the whole result' })
  await expect(sums).toHaveCount(0)
  await page.getByRole('button', { name: 'View', exact: true }).click()
  await page.getByRole('checkbox', { name: 'Sums of the numbers' }).check()
  await page.keyboard.press('Escape')
  const answer = await request.post(`${CONTACTS_API}/summary`, {
    data: { criteria: { name: 'labs' }, columns: ['comp_employees'] },
  })
  const [{ sum }] = ((await answer.json()) as { columns: [{ sum: string }] }).columns
  await expect(sums).toContainText(`Employees${Number(sum).toLocaleString('en-GB')}`)
  await expectWellDrawn(page)
  await page.reload()
  await expect(sums).toContainText('Employees')
})

test.describe('on paper', () => {
  /** How many pages a PDF has: each is an object of its own. */
  const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0

  test('stand what was searched and the table alone, as wide as the sheet, headed on each page', async ({
    page,
  }) => {
    await show(page, `${CONTACTS}?name=labs&updated.preset=last_year`)
    const columns = await settled(
      () => table(page).evaluate((grid) => Number(grid.getAttribute('aria-colcount'))),
      (count) => expect(count).toBeGreaterThan(10),
    )
    const pdf = await page.pdf({ preferCSSPageSize: true })
    expect(pagesOf(pdf)).toBeGreaterThan(1)

    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
    await page.emulateMedia({ media: 'print' })
    const sheet = page.locator('.sheet')
    await expect(sheet.getByRole('heading', { name: 'Companies and contacts' })).toBeVisible()
    await expect(sheet.getByText('contains labs', { exact: true })).toBeVisible()
    await expect(page.getByRole('banner')).toBeHidden()
    await expect(sheet.getByRole('columnheader')).toHaveCount(columns)
    await expect(sheet.locator('thead')).toHaveCSS('display', 'table-header-group')
    const width = () =>
      sheet.locator('table').evaluate((drawn) => drawn.getBoundingClientRect().width)
    await expect.poll(width).toBeLessThanOrEqual(1000)
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
    await page.emulateMedia({ media: null })
    await expect(sheet).toHaveCount(0)
    await expect(table(page)).toBeVisible()
  })

  test('of many rows only as many as the user wants', async ({ page }) => {
    await show(page)
    // The browser's own dialog would hold the page: what it would print is looked at.
    await page.evaluate(() => {
      window.print = () => window.dispatchEvent(new Event('beforeprint'))
    })
    await page.getByRole('button', { name: 'View', exact: true }).click()
    await page.getByRole('button', { name: 'Print…' }).click()
    const dialog = page.getByRole('dialog', { name: /^Print [\d,]+ rows\?$/ })
    await expect(dialog.getByText(/about \d+ pages/)).toBeVisible()
    await expectWellDrawn(page)
    await dialog.getByRole('button', { name: 'Print the first 1,000' }).click()
    await expect(page.locator('.sheet tbody tr')).toHaveCount(1000)
    await expect(page.locator('.sheet')).toContainText(/the first 1,000 of [\d,]+ rows/)
  })
})

for (const [width, height] of [
  [360, 640],
  [768, 600],
  [1280, 720],
] as const) {
  test(`menus open where there is room, at ${width} × ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    await show(page)
    for (const name of ['Columns', 'Download formats', 'View']) {
      await page.getByRole('button', { name, exact: true }).click()
      const menu = page.locator('.v-overlay--active .v-overlay__content')
      await expect(menu).toBeInViewport({ ratio: 1 })
      await expectWellDrawn(page)
      await page.keyboard.press('Escape')
      await expect(menu).toHaveCount(0)
    }
  })
}
