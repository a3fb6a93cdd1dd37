/** Options that stand in the definition itself, empty ones among them, and lists that have no option at all. */
import { expect, test, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import {
  cellsOf,
  chip,
  choose,
  open,
  options,
  ownDefinition,
  removeDefinition,
  search,
  table,
  writeDefinition,
} from './portal'

const ID = ownDefinition('written_options')
const ITEMS = "(VALUES (1, 'A'), (2, 'b'), (3, ''), (4, NULL)) AS item (id, code)"
const DEFINITION = `
title: Written options
source: lab
sql: SELECT item.id, item.code FROM ${ITEMS} WHERE {criteria} ORDER BY id
criteria:
  code:
    label: Code
    type: select
    column: item.code
    options: [{ value: b, label: { en: Second, fr: Deuxième } }, A, { value: "", label: Empty }]
  codes: { label: Codes, type: select, multiple: true, column: item.code, options: [A, { value: "", label: Empty }] }
  nothing: { label: Nothing, type: select, column: item.code, options: { sql: "SELECT code FROM ${ITEMS} WHERE false" } }
  missing:
    label: Missing
    type: select
    column: item.code
    options: { sql: "SELECT code FROM ${ITEMS} WHERE code IS NULL", missing: No code }
`

test.describe.configure({ mode: 'default' })
test.beforeAll(() => writeDefinition(ID, DEFINITION))
test.afterAll(() => removeDefinition(ID))
test.beforeEach(({ page }) => open(page, `/interfaces/${ID}`))

async function expectRows(page: Page, ids: string[]): Promise<void> {
  await expect(table(page)).toBeVisible()
  await expect.poll(() => cellsOf(page, 'Id')).toEqual(ids)
}

test('options of the definition are shown in its order by their labels, and searched by', async ({
  page,
}) => {
  const code = page.getByRole('combobox', { name: 'Code', exact: true })
  await code.click()
  await expect(options(page)).toHaveText(['Second', 'A', 'Empty'])
  await expectWellDrawn(page)
  await code.fill('seco')
  await expect(options(page)).toHaveText(['Second'])
  await options(page).click()
  await search(page)
  await expectRows(page, ['2'])
})

test('an empty option is one as any other, and kept through a reload', async ({ page }) => {
  await choose(page, 'Codes', 'Empty')
  await choose(page, 'Codes', 'A')
  await search(page)
  await expectRows(page, ['1', '3'])
  await expect(page).toHaveURL(/\?codes=A&codes\.is=empty$/)
  await page.reload()
  await expect(chip(page, 'Codes')).toContainText('Empty')
  await search(page)
  await expectRows(page, ['1', '3'])
})

test('a list without any option says so, and hinders no search', async ({ page }) => {
  const nothing = page.getByRole('combobox', { name: 'Nothing', exact: true })
  await nothing.click()
  await expect(page.getByText('Nothing to choose from')).toBeVisible()
  await expectWellDrawn(page)
  await nothing.fill('x')
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await nothing.fill('')
  await page.keyboard.press('Escape')
  await search(page)
  await expectRows(page, ['1', '2', '3', '4'])
})

test('where only rows without a value are left, that is the one option', async ({ page }) => {
  await page.getByRole('combobox', { name: 'Missing', exact: true }).click()
  await expect(options(page)).toHaveText(['No code'])
  await options(page).click()
  await search(page)
  await expectRows(page, ['4'])
})
