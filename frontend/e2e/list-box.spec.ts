/** How a list of choices behaves under the hand: the page's own, for one value and for several. */
import { expect, test } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import {
  CONTACTS,
  open,
  options,
  ownDefinition,
  removeDefinition,
  settled,
  unfold,
  writeDefinition,
} from './portal'

const ID = ownDefinition('long_lists')
const ITEMS = "SELECT n AS value, 'Item ' || n AS label FROM generate_series(1, 1000) AS n"
const DEFINITION = `
title: Long lists
source: lab
sql: SELECT n FROM generate_series(1, 1000) AS n WHERE {criteria} ORDER BY n
criteria:
  items: { label: Items, type: select, multiple: true, column: n, options: { sql: "${ITEMS} ORDER BY n" } }
  item: { label: Item, type: select, column: n, options: { sql: "${ITEMS} ORDER BY n" } }
  ten: { label: Ten, type: select, column: n, options: { sql: "${ITEMS} WHERE n = :item ORDER BY n" } }
  all: { label: All, type: select, column: n, options: { sql: "${ITEMS} WHERE :item::int IS NULL OR n = :item ORDER BY n" } }
`

test.describe.configure({ mode: 'default' })
test.beforeAll(() => writeDefinition(ID, DEFINITION))
test.afterAll(() => removeDefinition(ID))

const PLACED = { width: expect.any(Number) as unknown }
const isPlaced = (box: unknown) => expect(box).toMatchObject(PLACED)

test('several are picked one after the other: nothing moves, and what was typed stays', async ({
  page,
}) => {
  await open(page, CONTACTS)
  const country = page.getByRole('combobox', { name: 'Country', exact: true })
  const resting = await settled(() => country.boundingBox(), isPlaced)
  await country.click()
  await expect(options(page).first()).toHaveText('France')
  await expect.poll(() => country.boundingBox()).toEqual(resting)
  await country.fill('united')
  await expect(page.getByRole('option', { name: 'United Kingdom' })).toBeVisible()
  const list = page.getByRole('listbox')
  const menu = await settled(() => list.boundingBox(), isPlaced)
  await page.getByRole('option', { name: 'United Kingdom' }).click()
  await page.getByRole('option', { name: 'United States', exact: true }).click()
  await expect(page.getByRole('button', { name: /^Remove United/ })).toHaveCount(2)
  await expect(country).toHaveValue('united')
  await expect(country).toBeFocused()
  await expect.poll(() => country.boundingBox()).toEqual(resting)
  await expect.poll(() => list.boundingBox()).toMatchObject({ x: menu?.x, y: menu?.y })
  await expectWellDrawn(page)

  await page.keyboard.press('Escape')
  await expect(country).toHaveValue('')
  await country.press('ArrowDown')
  await expect(options(page).first()).toHaveText('United Kingdom')
  await expect(options(page).nth(1)).toHaveText('United States')
  await expect(page.getByRole('listbox').getByRole('option', { selected: true })).toHaveCount(2)
})

test('every pixel of a field takes the click', async ({ page }) => {
  await open(page, CONTACTS)
  const frames = (name: string) => page.locator(`[data-criterion="${name}"] .frame`)
  for (const [name, label] of [
    ['comp_type', 'Company type'],
    ['comp_size', 'Company size'],
  ] as const) {
    const field = page.getByRole('combobox', { name: label, exact: true })
    for (const [across, down] of [
      [0, 0],
      [1, 1],
      [0, 1],
    ] as const) {
      const box = await settled(() => frames(name).boundingBox(), isPlaced)
      const at = (share: number, size = 0) => (share === 0 ? 4 : size - 4)
      await frames(name).click({
        position: { x: at(across, box?.width), y: at(down, box?.height) },
      })
      await expect(field).toHaveAttribute('aria-expanded', 'true')
      await expect(field).toBeFocused()
      await page.keyboard.press('Escape')
      await expect(field).toHaveAttribute('aria-expanded', 'false')
    }
  }
  await frames('name').click({ position: { x: 3, y: 50 } })
  await expect(page.getByRole('textbox', { name: 'Company name' })).toBeFocused()
})

test('of a thousand options those in view are drawn, to the last one', async ({ page }) => {
  await open(page, `/interfaces/${ID}`)
  const items = page.getByRole('combobox', { name: 'Items', exact: true })
  await items.click()
  await expect(options(page).first()).toHaveText('Item 1')
  await expect.poll(() => options(page).count()).toBeLessThan(60)
  await expect(options(page).first()).toHaveAttribute('aria-setsize', '1000')
  await items.press('ArrowDown')
  await items.press('ArrowUp')
  const last = page.getByRole('option', { name: 'Item 1000' })
  await expect(last).toBeInViewport()
  await expect(items).toHaveAttribute('aria-activedescendant', /-999$/)
  await expectWellDrawn(page)
  await items.press('Enter')
  await expect(page.getByRole('button', { name: 'Remove Item 1000' })).toBeVisible()
})

test('a thousand chosen are told in a few, and can be gone through', async ({ page }) => {
  await open(page, `/interfaces/${ID}`)
  const items = page.getByRole('combobox', { name: 'Items', exact: true })
  await items.fill('item')
  await expect(page.getByText('Select all 1,000 that match')).toBeVisible()
  await items.press('Control+Enter')
  await items.press('Escape')
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(4)
  await expect(items).toHaveAttribute('placeholder', '1,000 chosen')
  await expectWellDrawn(page)
  await page.getByRole('button', { name: '4 of 1,000' }).click()
  await expect(
    page.getByRole('listbox').getByRole('option', { selected: true }).first(),
  ).toHaveText('Item 1')
})

test('a list opens where there is room, and goes with its field', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 520 })
  await open(page, CONTACTS)
  const level = page.getByRole('combobox', { name: 'Contact level', exact: true })
  const field = page.locator('[data-criterion="cont_level"] .frame')
  await page.evaluate(() => window.scrollTo(0, 0))
  await level.click()
  const popover = page.locator(':popover-open')
  const gap = async () => {
    const [frame, list] = await Promise.all([field.boundingBox(), popover.boundingBox()])
    if (!frame || !list) return NaN
    const below = list.y - (frame.y + frame.height)
    return Math.round(below > 0 ? below : frame.y - (list.y + list.height))
  }
  await expect.poll(gap).toBe(4)
  await page.mouse.move(20, 400)
  await page.mouse.wheel(0, 60)
  await expect.poll(gap).toBe(4)
  await page.setViewportSize({ width: 1280, height: 340 })
  await level.scrollIntoViewIfNeeded()
  await expect.poll(gap).toBe(4)
})

test.describe('a list that follows another', () => {
  test('says which to fill in, and offers nothing of what is excluded', async ({ page }) => {
    await open(page, CONTACTS)
    const region = page.getByRole('combobox', { name: 'Region', exact: true })
    await expect(region).toHaveAttribute('placeholder', 'Choose Country first')
    await region.click()
    await expect(page.getByText('Choose Country first')).toBeVisible()
    await expectWellDrawn(page)

    await open(page, `${CONTACTS}?country=250`)
    await unfold(page)
    await region.click()
    const french = await settled(
      () => options(page).allInnerTexts(),
      (labels) => expect(labels.length).toBeGreaterThan(2),
    )
    await open(page, `${CONTACTS}?country.not=250`)
    await unfold(page)
    await region.click()
    await expect(options(page).nth(2)).toBeVisible()
    for (const label of french.slice(0, 3)) {
      await region.fill(label)
      await expect(page.getByRole('progressbar', { name: /^Region/ })).toHaveCount(0)
      await expect(page.getByRole('option', { name: label, exact: true })).toHaveCount(0)
    }
  })

  test('takes away what belongs to the one value that is excluded', async ({ page }) => {
    await open(page, `/interfaces/${ID}?item.not=7`)
    await unfold(page)
    await page.getByRole('combobox', { name: 'Ten', exact: true }).click()
    await expect(page.getByText('Nothing to choose from')).toBeVisible()
    await page.keyboard.press('Escape')
    const all = page.getByRole('combobox', { name: 'All', exact: true })
    await all.fill('item 7')
    await expect(options(page).first()).toHaveText('Item 70')
    await expect(page.getByRole('option', { name: 'Item 7', exact: true })).toHaveCount(0)
  })
})

test.describe('by the finger, in French', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 740 }, locale: 'fr-FR' })

  test('several are chosen, and taken away again', async ({ page }) => {
    await page.goto(CONTACTS)
    const size = page.getByRole('combobox', { name: "Taille de l'entreprise", exact: true })
    await size.tap()
    await options(page).nth(1).tap()
    await options(page).nth(2).tap()
    await expect(page.getByRole('listbox').getByRole('option', { selected: true })).toHaveCount(2)
    await expectWellDrawn(page)
    await page.getByRole('heading', { level: 1 }).tap()
    await expect(options(page)).toHaveCount(0)
    await expect(size).toHaveAttribute('placeholder', '2 choisis')
    await page
      .getByRole('button', { name: /^Retirer / })
      .first()
      .tap()
    await expect(size).toHaveAttribute('placeholder', '1 choisi')
  })
})
