import { expect, test } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import {
  cellsOf,
  choose,
  CONTACTS,
  CONTACTS_API,
  open,
  search,
  settled,
  table,
  textOf,
  unfold,
} from './portal'

interface Counted {
  count: number
}

test('a count is the number that the API counts', async ({ page, request }) => {
  const criteria = { name: 'labs' }
  const answer = await request.post(`${CONTACTS_API}/count`, { data: { criteria } })
  const { count } = (await answer.json()) as Counted

  await open(page, CONTACTS)
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await page.getByRole('button', { name: 'Count', exact: true }).click()
  const shown = new Intl.NumberFormat('en-GB').format(count)
  await expect(page.getByText(`${shown} rows`, { exact: true }).first()).toBeVisible()
  await expect(table(page)).toHaveCount(0)
})

test('the estimate follows the form', async ({ page }) => {
  await open(page, CONTACTS)
  const estimate = page.locator('.tally').getByText(/^(about )?[\d,]+ rows?/)
  const whole = await textOf(estimate, /[\d,]+ rows/)
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await expect(estimate).not.toHaveText(whole)
  await expectWellDrawn(page)
})

test('an estimate is called off when the form goes on, and fails in silence', async ({ page }) => {
  const asked: string[] = []
  const calledOff = page.waitForEvent('requestfailed', (request) =>
    request.url().includes('estimate=1'),
  )
  await page.route('**/count?estimate=1', async (route) => {
    asked.push(route.request().postData() ?? '')
    if (asked.length > 1) await route.fulfill({ status: 500, json: { status: 500 } })
  })
  await page.clock.install()
  await open(page, CONTACTS)
  await expect.poll(() => asked.length).toBe(1)
  const name = page.getByRole('textbox', { name: 'Company name' })
  // However slowly the letters come, no time passes between them.
  await page.clock.pauseAt(Date.now() + 3_600_000)
  await name.pressSequentially('labs')
  expect((await calledOff).failure()?.errorText).toBe('net::ERR_ABORTED')
  await page.clock.resume()
  await expect.poll(() => asked.length).toBe(2)
  // Four letters, one question.
  expect(asked[1]).toContain('"labs"')
  await expect(page.getByText(/^about /)).toHaveCount(0)
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('a search shows its rows, its count and its time', async ({ page }) => {
  await open(page, CONTACTS)
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await page.keyboard.press('Enter')
  await expect(table(page)).toBeVisible()
  await expect(page.getByRole('heading', { name: /^[\d,]+ rows$/ })).toBeVisible()
  await expect(page.getByText(/^in [\d.]+\s(ms|s)/)).toBeVisible()
  const names = await settled(
    () => cellsOf(page, 'Company'),
    (cells) => expect(cells.length).toBeGreaterThan(5),
  )
  for (const name of names) expect(name.toLowerCase()).toContain('labs')
  await expect(page.getByRole('status').filter({ hasText: /rows found$/ })).toBeAttached()
  await expectWellDrawn(page)
})

test('identifiers are plain digits, null is not blank, addresses are chips and links are safe', async ({
  page,
}) => {
  await open(page, `${CONTACTS}?name=labs`)
  await expect(table(page)).toBeVisible()
  const ids = await settled(
    () => cellsOf(page, 'Company id'),
    (cells) => expect(cells).not.toHaveLength(0),
  )
  for (const id of ids) expect(id).toMatch(/^\d+$/)
  await expect(table(page).getByText('null', { exact: true }).first()).toBeVisible()
  const website = table(page).locator('a[href^="https://"]').first()
  await expect(website).toHaveAttribute('rel', 'noopener noreferrer')
  await table(page)
    .getByRole('button', { name: /^\+\d+: show all \d+ values of Emails/ })
    .first()
    .focus()
  const mails = page.locator('.v-overlay').getByText(/@.*\.example$/)
  await expect(mails.nth(1)).toBeVisible()
  await expectWellDrawn(page)
  await page.keyboard.press('Escape')
  await expect(mails).toHaveCount(0)
})

test('is not turns a criterion round', async ({ page, request }) => {
  async function count(criteria: object): Promise<number> {
    const answer = await request.post(`${CONTACTS_API}/count`, { data: { criteria } })
    return ((await answer.json()) as Counted).count
  }
  await open(page, CONTACTS)
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await choose(page, 'Contact level', 'Director')
  await page.getByRole('combobox', { name: 'Contact level: condition' }).selectOption('is not')
  await search(page)
  await expect(table(page)).toBeVisible()
  // Cells are drawn as far as they are seen.
  await table(page)
    .getByRole('columnheader', { name: 'Level', exact: true })
    .scrollIntoViewIfNeeded()
  const levels = await settled(
    () => cellsOf(page, 'Level'),
    (cells) => expect(cells).not.toHaveLength(0),
  )
  expect(levels).not.toContain('Director')

  const all = await count({ name: 'labs' })
  const heading = await textOf(page.getByRole('heading', { name: /rows$/ }), /^[\d,]+ rows$/)
  expect(Number(heading.replace(/\D/g, ''))).toBeLessThan(all)
  await expect(page).toHaveURL(/cont_level\.not=/)
})

test('a click on a header sorts by type and language, at once: up, down, and as it was', async ({
  page,
}) => {
  await open(page, `${CONTACTS}?name=labs`)
  await expect(table(page)).toBeVisible()
  let asked = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/search')) asked++
  })
  const own = await settled(
    () => cellsOf(page, 'Company'),
    (cells) => expect(cells).not.toHaveLength(0),
  )

  async function sortBy(label: string, order: 'ascending' | 'descending' | null) {
    const head = table(page).getByRole('columnheader', { name: label, exact: true })
    await head.getByRole('button').click()
    if (order) await expect(head).toHaveAttribute('aria-sort', order)
    else await expect(head).not.toHaveAttribute('aria-sort')
  }
  async function expectOrder(label: string, compare: (a: string, b: string) => number) {
    await expect(async () => {
      const cells = (await cellsOf(page, label)).filter((cell) => cell !== 'null')
      expect(cells).toEqual([...cells].sort(compare))
    }).toPass()
  }
  const numberOf = (cell: string) => Number(cell.replaceAll(',', ''))

  await sortBy('Employees', 'ascending')
  await expectOrder('Employees', (a, b) => numberOf(a) - numberOf(b))
  await expect(page).toHaveURL(/\.sort=comp_employees$/)
  await sortBy('Employees', 'descending')
  await expectOrder('Employees', (a, b) => numberOf(b) - numberOf(a))

  await sortBy('Company', 'ascending')
  await expectOrder('Company', new Intl.Collator('en-GB').compare)
  await sortBy('Company', 'descending')
  await sortBy('Company', null)
  await expect.poll(() => cellsOf(page, 'Company')).toEqual(own)
  expect(asked).toBe(0)
})

test('what was searched stands above the rows, whatever the form says by now', async ({ page }) => {
  await open(page, `${CONTACTS}?name=labs&updated.preset=last_year&cont_level.not=1`)
  await expect(table(page)).toBeVisible()
  const searched = page.getByRole('region', { name: 'Result' }).locator('dl')
  await expect(searched).toContainText(/Company name\s*contains labs/)
  await expect(searched).toContainText(/Contact level\s*is not /)
  await expect(searched).toContainText(/Contact updated\s*Last year \(/)
  await unfold(page)
  await page.getByRole('textbox', { name: 'Company name' }).fill('energ')
  await expect(page.getByText('The form has changed since this search.')).toBeVisible()
  await expectWellDrawn(page)
  await expect(searched).toContainText(/Company name\s*contains labs/)
})

test('a search that runs shows its time and can be cancelled', async ({ page }) => {
  await open(page, CONTACTS)
  await page.route('**/search', () => undefined)
  const aborted = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/search'))
  await search(page)
  await expect(page.getByText('Searching…')).toBeVisible()
  await expect(page.getByText(/^\d+\.\d s$/)).toBeVisible()
  await expectWellDrawn(page)
  await page.getByRole('button', { name: 'Cancel' }).click()
  expect((await aborted).failure()?.errorText).toBe('net::ERR_ABORTED')
  await expect(page.getByText('Searching…')).toHaveCount(0)
  await page.unroute('**/search')
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await search(page)
  await expect(table(page)).toBeVisible()
})

test('leaving the page cancels what runs', async ({ page }) => {
  await open(page, CONTACTS)
  await page.route('**/search', () => undefined)
  const aborted = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/search'))
  await search(page)
  await page.getByRole('link', { name: 'Sites' }).click()
  expect((await aborted).failure()?.errorText).toBe('net::ERR_ABORTED')
})

test('a result too large to show says so, shows its first rows, and leads back to the form', async ({
  page,
}) => {
  await open(page, `${CONTACTS}?updated.from=2000-01-01`)
  await expect(
    page.getByRole('heading', { name: 'This result is too large to show' }),
  ).toBeVisible()
  await expect(page.getByText(/first 100 shown/)).toBeVisible()
  await expect(
    page.getByRole('heading', { name: /^(about )?[\d,.]+( million)? rows$/ }),
  ).toBeVisible()
  await expect(page.getByRole('button', { name: 'CSV', exact: true })).toHaveCount(0)
  await expectWellDrawn(page)
  await page.getByRole('button', { name: 'Refine the criteria' }).click()
  await expect(page.getByRole('combobox', { name: 'Country', exact: true })).toBeFocused()
})

test('no rows is an answer, with the criterion to relax', async ({ page }) => {
  await open(page, `${CONTACTS}?updated.from=2000-01-01`)
  await unfold(page)
  await page.getByRole('textbox', { name: 'Company name' }).fill('no company is called this')
  await search(page)
  await expect(page.getByRole('heading', { name: 'No rows match' })).toBeVisible()
  const name = page.getByRole('textbox', { name: 'Company name' })
  await expect(page.getByText('0 rows without it')).toBeVisible()
  await expectWellDrawn(page)
  await page.getByRole('button', { name: 'Search without it: Company name' }).click()
  await expect(table(page)).toBeVisible()
  await expect(page.getByRole('button', { name: 'All criteria' })).toBeFocused()
  await unfold(page)
  await expect(name).toHaveValue('')
})

test('pasted values are counted as typed and searched', async ({ page }) => {
  await open(page, `${CONTACTS}?name=labs`)
  await expect(table(page)).toBeVisible()
  const sites = await settled(
    () => cellsOf(page, 'Website'),
    (cells) => expect(cells).not.toHaveLength(0),
  )
  const domains = [...new Set(sites)].filter((site) => site !== 'null').slice(0, 3)
  await page.goto(CONTACTS)
  const lines = domains.map((site) => new URL(site).hostname.replace(/^www\./, ''))
  await page
    .getByRole('textbox', { name: 'Company domains' })
    .fill([...lines, '', lines[0]].join('\n'))
  await expect(page.getByText(`${lines.length} values`)).toBeVisible()
  await expect(page.getByText('(1 duplicate, 1 blank removed)')).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect(table(page)).toBeVisible()
})
