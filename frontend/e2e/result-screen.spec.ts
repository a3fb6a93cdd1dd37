/** What a result gets of the screen: the form folds into a line, and the rows take the height that is left. */
import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { chip, CONTACTS, open, search, table, unfold } from './portal'

const LABS = `${CONTACTS}?name=labs&updated.preset=last_year`
const NAME = 'Company name'

async function show(page: Page, path = LABS): Promise<void> {
  await open(page, path)
  await expect(table(page)).toBeVisible()
}

function nameField(page: Page): Locator {
  return page.getByRole('textbox', { name: NAME })
}

/** How many rows are in sight from their upper to their lower edge. */
async function rowsInSight(page: Page): Promise<number> {
  return table(page).evaluate((grid) => {
    const view = grid.closest('.viewport')?.getBoundingClientRect() ?? new DOMRect()
    const head = (grid.querySelector('thead') as HTMLElement).getBoundingClientRect()
    const end = Math.min(view.bottom, window.innerHeight)
    return [...grid.querySelectorAll('tbody tr[aria-rowindex]')].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect()
      return top >= head.bottom - 1 && bottom <= end + 1
    }).length
  })
}

const pageScroll = (page: Page) => page.evaluate(() => window.scrollY)

for (const [width, height, rows, compact] of [
  [1440, 900, 20, 23],
  [1280, 720, 14, 16],
] as const) {
  test(`at ${width} × ${height} at least ${rows} rows are in sight, more where they are compact`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height })
    await show(page, `${CONTACTS}?name=labs`)
    await expect.poll(() => rowsInSight(page)).toBeGreaterThanOrEqual(rows)
    // The page itself has nothing to scroll: one scrollbar, that of the rows.
    const isLonger = () =>
      page.evaluate(() => document.documentElement.scrollHeight > window.innerHeight)
    await expect.poll(isLonger).toBe(false)

    await page.getByRole('button', { name: 'View', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Compact rows' }).check()
    await expect.poll(() => rowsInSight(page)).toBeGreaterThanOrEqual(compact)
    await page.reload()
    await expect(table(page)).toBeVisible()
    await expect.poll(() => rowsInSight(page)).toBeGreaterThanOrEqual(compact)
  })
}

test('under a form with all its fields, the wheel brings the page to the rows, then scrolls them', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 720 })
  await show(page, `${CONTACTS}?name=labs`)
  await unfold(page)
  await expect(page.locator('html')).toHaveCSS('scrollbar-width', 'none')
  await page.mouse.move(800, 690)
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, 120)
      return pageScroll(page)
    })
    .toBeGreaterThan(100)
  await page.mouse.move(800, 500)
  const viewport = table(page).locator('xpath=..')
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, 120)
      return viewport.evaluate(({ scrollTop }) => scrollTop)
    })
    .toBeGreaterThan(0)
  await expect.poll(() => rowsInSight(page)).toBeGreaterThanOrEqual(14)
})

test('a chip opens its field in place, and the focus comes back to it', async ({ page }) => {
  await show(page)
  await expect(nameField(page)).toBeHidden()
  const opener = chip(page, NAME).getByRole('button').first()
  await expect(opener).toHaveAttribute('aria-expanded', 'false')
  await opener.press('Enter')
  await expect(opener).toHaveAttribute('aria-expanded', 'true')
  await expect(nameField(page)).toBeFocused()
  await expect(page.getByRole('combobox', { name: 'Country', exact: true })).toBeHidden()
  await expectWellDrawn(page)
  await page.keyboard.press('Escape')
  await expect(nameField(page)).toBeHidden()
  await expect(opener).toBeFocused()

  await opener.click()
  await nameField(page).fill('energ')
  await expect(page.getByText('The form has changed since this search.')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/name=energ/)
  await expect(nameField(page)).toBeHidden()
  await expect(opener).toBeFocused()
  await expect(chip(page, NAME)).toContainText('energ')
  await page.goBack()
  await expect(chip(page, NAME)).toContainText('labs')
})

test('a criterion is taken out and another added, and searched when the user says so', async ({
  page,
}) => {
  await show(page)
  await page.getByRole('button', { name: `Clear Contact updated` }).click()
  await expect(chip(page, 'Contact updated')).toHaveCount(0)
  await expect(chip(page, NAME).getByRole('button').first()).toBeFocused()
  await page.getByRole('button', { name: 'Add a criterion' }).click()
  await expectWellDrawn(page)
  await page.getByRole('listitem').or(page.getByRole('menuitem')).getByText('Country').click()
  await page.getByRole('combobox', { name: 'Country', exact: true }).fill('France')
  await page.getByRole('option', { name: 'France', exact: true }).click()
  await expect(chip(page, 'Country')).toContainText('France')
  const asked = page.waitForRequest('**/search')
  await search(page)
  expect((await asked).postDataJSON()).toMatchObject({
    criteria: { name: 'labs', country: [expect.any(Number)] },
  })
  await expect(page.getByRole('combobox', { name: 'Country', exact: true })).toBeHidden()
})

test('one click unfolds all, and who wants that always gets it', async ({ page }) => {
  await show(page)
  await unfold(page)
  const toggle = page.getByRole('button', { name: 'All criteria' })
  await expect(toggle).toBeFocused()
  await expect(nameField(page)).toBeVisible()
  await expectWellDrawn(page)
  await toggle.click()
  await expect(nameField(page)).toBeHidden()
  await unfold(page)
  await page.getByRole('checkbox', { name: 'Keep them in sight' }).check()
  await page.reload()
  await expect(table(page)).toBeVisible()
  await expect(nameField(page)).toBeVisible()
  await page.getByRole('checkbox', { name: 'Keep them in sight' }).uncheck()
  await page.reload()
  await expect(table(page)).toBeVisible()
  await expect(nameField(page)).toBeHidden()
})

test('on a phone the line is one, and a chip opens as wide as the screen allows', async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 780 })
  await show(page)
  const opener = chip(page, NAME).getByRole('button').first()
  await opener.click()
  await expect(nameField(page)).toBeFocused()
  await expect(nameField(page)).toBeInViewport({ ratio: 1 })
  await nameField(page).fill('energ')
  await search(page)
  await expect(page).toHaveURL(/name=energ/)
  await expect.poll(() => rowsInSight(page)).toBeGreaterThan(5)
})

test('the first column stays in sight when it is asked to', async ({ page }) => {
  await show(page)
  await page.getByRole('button', { name: 'View', exact: true }).click()
  await page.getByRole('checkbox', { name: 'Keep the first column in sight' }).check()
  await page.keyboard.press('Escape')
  await expectWellDrawn(page)
  await table(page).focus()
  await page.keyboard.press('Control+ArrowRight')
  const first = table(page).getByRole('columnheader', { name: 'Company id' })
  await expect(first).toBeInViewport({ ratio: 1 })
  await expect(table(page).getByRole('columnheader', { name: 'Updated' })).toBeInViewport({
    ratio: 1,
  })
  await expect(page.locator(`td[aria-colindex="1"]`).first()).toBeInViewport({ ratio: 1 })
})
