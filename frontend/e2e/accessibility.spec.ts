import { expect, test, type Page } from '@playwright/test'
import { CONTACTS, expectAccessible, open, table } from './portal'

interface State {
  name: string
  show: (page: Page) => Promise<void>
  covered?: string
}

const STATES: State[] = [
  {
    name: 'the list of interfaces',
    show: async (page) => {
      await page.goto('/')
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    },
  },
  { name: 'an empty form', show: (page) => open(page, CONTACTS) },
  {
    name: 'a result',
    show: async (page) => {
      await open(page, `${CONTACTS}?name=labs&cont_level.not=1`)
      await expect(table(page)).toBeVisible()
    },
  },
  {
    name: 'a heavy result',
    show: async (page) => {
      await open(page, `${CONTACTS}?updated.from=2000-01-01`)
      await expect(page.getByText(/first 100 shown/)).toBeVisible()
    },
  },
  {
    name: 'no rows',
    show: async (page) => {
      await open(page, `${CONTACTS}?name=no+company+is+called+this`)
      await expect(page.getByRole('heading', { name: 'No rows match' })).toBeVisible()
    },
  },
  {
    name: 'an open list of choices',
    covered: '.actions',
    show: async (page) => {
      await open(page, CONTACTS)
      await page.getByRole('combobox', { name: 'Country' }).click()
      await expect(page.getByRole('option').first()).toBeVisible()
    },
  },
  {
    name: 'an error, and a list that failed',
    show: async (page) => {
      await page.route('**/options/comp_size*', (route) => route.abort())
      await page.route('**/search', (route) =>
        route.fulfill({ status: 503, json: { status: 503, detail: 'The source crm is away.' } }),
      )
      await open(page, `${CONTACTS}?name=labs`)
      await expect(page.getByRole('heading', { name: 'The database is away' })).toBeVisible()
    },
  },
  {
    name: 'a search that runs',
    show: async (page) => {
      await page.route('**/search', () => undefined)
      await open(page, `${CONTACTS}?name=labs`)
      await expect(page.getByText('Searching…')).toBeVisible()
    },
  },
]

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    for (const { name, show, covered } of STATES) {
      test(`axe finds nothing in ${name}`, async ({ page }) => {
        await show(page)
        await expectAccessible(page, covered)
      })
    }
  })
}

for (const width of [360, 768, 1440]) {
  test(`at ${width} pixels nothing is wider than the page`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 })
    await open(page, `${CONTACTS}?name=labs&cont_level.not=1`)
    await expect(table(page)).toBeVisible()
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    )
    expect(overflow).toBeLessThanOrEqual(0)
    await expectAccessible(page)
  })
}

test('a form is filled, searched and cleared by the keyboard alone', async ({ page }) => {
  await open(page, CONTACTS)
  await page.getByRole('combobox', { name: 'Country' }).focus()
  await page.keyboard.type('fran')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Remove France' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('textbox', { name: 'Company name contains' }).focus()
  await page.keyboard.type('labs')
  await page.keyboard.press('Enter')
  await expect(table(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('textbox', { name: 'Company name contains' })).toHaveValue('')
  await page.getByRole('combobox', { name: 'Country' }).focus()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Remove France' })).toHaveCount(0)
})
