import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import {
  cellsOf,
  choose,
  CONTACTS,
  open,
  ownDefinition,
  removeDefinition,
  search,
  table,
  unfold,
  writeDefinition,
} from './portal'

/** The menu between the label of a field and its value. */
function condition(page: Page, label: string): Locator {
  return page.getByRole('combobox', { name: `${label}: condition`, exact: true })
}

/** Beside an empty field it comes with the mouse, or with the focus. */
async function ask(page: Page, label: string, word: string): Promise<void> {
  const form = page.getByRole('region', { name: 'Criteria' })
  await form.getByText(label, { exact: true }).hover()
  await condition(page, label).selectOption(word)
}

function searchedWords(page: Page): Locator {
  return page.getByRole('region', { name: 'Result' }).locator('dl')
}

test('a text is asked in another way, by the keyboard; its address has it', async ({ page }) => {
  await open(page, CONTACTS)
  const name = page.getByRole('textbox', { name: 'Company name' })
  await name.fill('b')
  await name.press('Shift+Tab')
  await expect(condition(page, 'Company name')).toBeFocused()
  await page.keyboard.press('Space')
  await expect(
    condition(page, 'Company name').getByRole('option', { name: 'contains', exact: true }),
  ).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(condition(page, 'Company name')).toHaveValue('prefix')
  await expect(name).toHaveValue('b')

  await search(page)
  await expect(searchedWords(page)).toContainText(/Company name\s*begins with b/)
  await expect(page).toHaveURL(/[?&]name\.prefix=b/)
  await expect
    .poll(async () => new Set((await cellsOf(page, 'Company')).map((cell) => cell[0])))
    .toEqual(new Set(['B']))
  await page.reload()
  await expect(condition(page, 'Company name')).toHaveValue('prefix')
  await expect(searchedWords(page)).toContainText(/Company name\s*begins with b/)
  await expectWellDrawn(page)
})

test('a field that asks for rows without a value has no entry, and keeps what stood in it', async ({
  page,
}) => {
  await open(page, CONTACTS)
  await choose(page, 'Country', 'France')
  await ask(page, 'Country', 'is empty')
  await expect(page.getByText('Finds rows without a value')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Country', exact: true })).toHaveCount(0)
  await ask(page, 'Contact level', 'is not empty')
  await expect(page.getByText('Finds rows that have a value')).toBeVisible()
  await expectWellDrawn(page)

  const asked = page.waitForRequest('**/search')
  await search(page)
  expect((await asked).postDataJSON()).toMatchObject({
    criteria: { country: { empty: true }, cont_level: { not: { empty: true } } },
  })
  await expect(searchedWords(page)).toContainText(/Country\s*is empty/)
  await expect(page).toHaveURL(/country\.empty=true/)

  await unfold(page)
  await ask(page, 'Country', 'is')
  await expect(page.getByRole('button', { name: 'Remove France', exact: true })).toBeVisible()
  await search(page)
  await expect(searchedWords(page)).toContainText(/Country\s*France/)
  await expect(page).toHaveURL(/country=250/)
})

test('the condition of a field is read as a sentence in each language', async ({ page }) => {
  await open(page, `${CONTACTS}?name.not.prefix=b&region.empty=true&country=250`)
  await expect(table(page).or(page.getByText('No rows match'))).toBeVisible()
  for (const [language, words] of [
    ['fr', ['ne commence pas par b', 'est vide']],
    ['es', ['no empieza por b', 'está en blanco']],
    ['en', ['does not begin with b', 'is empty']],
  ] as const) {
    await page.getByRole('button', { name: language.toUpperCase(), exact: false }).first().click()
    for (const word of words) await expect(page.locator('dl').first()).toContainText(word)
  }
})

test('what a search needs is said before it is refused', async ({ page }) => {
  const id = ownDefinition('needs')
  const form = (top: string, required: boolean) => `title: Needs
source: crm
${top}
sql: SELECT id, name FROM company WHERE {criteria} LIMIT 5
criteria:
  name: { type: text, column: name, required: ${required} }
  employees: { type: number, column: employees, operators: [] }
`
  try {
    await writeDefinition(id, form('', true))
    await open(page, `/interfaces/${id}`)
    const button = page.getByRole('button', { name: 'Search', exact: true })
    await expect(button).toHaveAccessibleDescription('Still needed: Name')
    await expect(page.getByRole('textbox', { name: 'Name' })).toHaveAttribute(
      'placeholder',
      'Required',
    )
    await expectWellDrawn(page)
    await page.getByRole('textbox', { name: 'Name' }).fill('a')
    await expect(button).toHaveAccessibleDescription('')

    await writeDefinition(id, form('require_one: true', false))
    await open(page, `/interfaces/${id}`)
    await expect(button).toHaveAccessibleDescription('Fill in at least one criterion.')
    await page.getByText('Employees', { exact: true }).hover()
    await expect(condition(page, 'Employees').getByRole('option')).toHaveText(['is', 'is not'])
    await ask(page, 'Name', 'is empty')
    await expect(button).toHaveAccessibleDescription('')
  } finally {
    await removeDefinition(id)
  }
})

test.describe('by a finger', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 780 } })

  test('the condition is chosen on a phone', async ({ page }) => {
    await open(page, CONTACTS)
    await condition(page, 'Country').tap()
    await condition(page, 'Country').getByRole('option', { name: 'is not empty' }).tap()
    await expect(condition(page, 'Country')).toHaveValue('emptyNot')
    await expect(page.getByText('Finds rows that have a value')).toBeVisible()
  })
})
