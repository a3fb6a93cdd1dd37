/** Every type of criterion, on a definition of the spec's own: filled, cleared, required, helped and refused. */
import { expect, test, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { open, ownDefinition, removeDefinition, search, table, writeDefinition } from './portal'

const ID = ownDefinition('every_type')
const DEFINITION = `
title: Every type
source: lab
sql: |
  SELECT freezer.id, freezer.name, freezer.model, freezer.volume_litres, freezer.installed_on, freezer.alarm
  FROM freezer WHERE {criteria}
criteria:
  name: { label: Name, type: text, column: freezer.name, help: As it stands on the door., placeholder: Frosty }
  id: { label: Number, type: number, column: freezer.id, required: true, default: 1 }
  volume: { label: Volume, type: number_range, column: freezer.volume_litres, help: In litres. }
  day: { label: Installed on, type: date, column: freezer.installed_on }
  days: { label: Installed between, type: date_range, column: freezer.installed_on, default: { preset: this_year } }
  model:
    label: Model
    type: select
    multiple: true
    column: freezer.model
    options: { sql: SELECT DISTINCT model AS value FROM freezer ORDER BY value }
  site:
    label: Site
    type: select
    column: freezer.site_id
    options: { sql: "SELECT id AS value, name AS label FROM site ORDER BY name" }
  alarm: { label: Alarm, type: boolean, column: freezer.alarm }
  serials: { label: Serial numbers, type: values, column: freezer.serial, help: One on each line. }
  fixed: { label: Never turned round, type: text, column: freezer.name, negatable: false }
`

test.describe.configure({ mode: 'default' })
test.beforeAll(() => writeDefinition(ID, DEFINITION))
test.afterAll(() => removeDefinition(ID))

async function openForm(page: Page) {
  await open(page, `/interfaces/${ID}`)
  return page.getByRole('region', { name: 'Criteria' })
}

test('every type is filled by the keyboard, and is what is searched', async ({ page }) => {
  const form = await openForm(page)
  await expect(form.getByRole('textbox', { name: 'Number', exact: true })).toHaveValue('1')
  await expect(form.getByRole('button', { name: /^Installed between: This year/ })).toBeVisible()
  await expect(form.getByPlaceholder('Frosty')).toBeVisible()

  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('a')
  await form.getByRole('textbox', { name: 'Volume, from' }).fill('1,000.5')
  await form.getByRole('textbox', { name: 'Volume, to' }).fill('2000')
  await form.getByLabel('Installed on', { exact: true }).fill('2024-02-29')
  await form.getByRole('combobox', { name: 'Model', exact: true }).press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await form.getByRole('combobox', { name: 'Site', exact: true }).fill('ly')
  await page.keyboard.press('Enter')
  await form.getByRole('radio', { name: 'Any' }).press('ArrowRight')
  await form.getByRole('textbox', { name: 'Serial numbers' }).fill('A1\nB2\nA1')
  await expect(form.getByText('2 values')).toBeVisible()
  await form.getByRole('combobox', { name: 'Name: condition' }).selectOption('does not contain')
  await expect(
    form.getByRole('combobox', { name: 'Never turned round: condition' }).getByRole('option'),
  ).toHaveText(['contains', 'begins with', 'is exactly', 'is empty'])
  await expectWellDrawn(page)

  const asked = page.waitForRequest('**/search')
  await search(page)
  const { criteria } = (await asked).postDataJSON() as { criteria: Record<string, unknown> }
  expect(criteria).toEqual({
    name: { not: 'a' },
    id: '1',
    volume: { from: '1000.5', to: '2000' },
    day: '2024-02-29',
    days: { preset: 'this_year' },
    model: [expect.any(String)],
    site: expect.any(Number) as unknown,
    alarm: true,
    serials: ['A1', 'B2'],
  })
})

test('Escape clears each, Clear all of them, and what is required says so beside itself', async ({
  page,
}) => {
  const form = await openForm(page)
  const number = form.getByRole('textbox', { name: 'Number', exact: true })
  await number.press('Escape')
  await expect(number).toHaveValue('')
  await form.getByRole('button', { name: /^Installed between: This year/ }).press('Escape')
  await expect(form.getByLabel('Installed between, from')).toHaveValue('')
  await form.getByLabel('Installed between, from').fill('2026-02-01')
  await form.getByLabel('Installed between, to').fill('2026-01-01')
  await form.getByRole('textbox', { name: 'Volume, from' }).fill('many')
  await search(page)
  await expect(number).toBeFocused()
  await expect(number).toHaveAccessibleDescription('Fill this in.')
  await expect(form.getByText('The end lies before the beginning.')).toBeVisible()
  await expect(form.getByText('This is not a number.')).toBeVisible()
  await expect(table(page)).toHaveCount(0)
  await expectWellDrawn(page)

  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect(form.getByLabel('Installed between, from')).toHaveValue('')
  await expect(form.getByText('This is not a number.')).toHaveCount(0)
})

test('help is read to who comes to the field, and shown to who asks', async ({ page }) => {
  const form = await openForm(page)
  const name = form.getByRole('textbox', { name: 'Name', exact: true })
  await expect(name).toHaveAccessibleDescription('As it stands on the door.')
  const help = form.getByText('In litres.')
  await form.getByRole('button', { name: 'About Volume' }).focus()
  await expect(help).toBeInViewport()
  await expectWellDrawn(page)
  await page.keyboard.press('Escape')
  await expect(help).toHaveClass(/visually-hidden/)
})

test('a definition that breaks is marked in the panel for its author, and works again once mended', async ({
  page,
}) => {
  await writeDefinition(`${ID}_too`, DEFINITION.replace('type: boolean', 'type: bolean'))
  try {
    await page.goto(`/interfaces/${ID}_too`)
    await expect(page.getByText(/bolean/)).toBeVisible()
    const entry = page.getByRole('navigation', { name: 'Forms' }).getByText('does not work')
    await expect(entry).toBeAttached()
    await expectWellDrawn(page)
    await writeDefinition(`${ID}_too`, DEFINITION)
    await page.getByRole('button', { name: 'Retry' }).click()
    await expect(page.getByRole('button', { name: 'Search', exact: true })).toBeVisible()
  } finally {
    await removeDefinition(`${ID}_too`)
  }
})
