/**
 * One picture for each state of the page, taken of the demo: those of docs/page.md, written to docs/images.
 *
 * EVERYWHERE=folder takes every state at three widths, light and dark, into that folder instead: for looking at
 * what a change did.
 */
import { fileURLToPath } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { choose, CONTACTS, open, search, table } from '../e2e/portal'

const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url))
const { EVERYWHERE } = process.env
const WIDTHS = { phone: [360, 780], tablet: [768, 1024], desk: [1440, 900] } as const
const AWAY = {
  status: 503,
  headers: { 'retry-after': '5' },
  json: { status: 503, detail: 'The source crm does not answer.', request_id: '4e4c1e444cce' },
}

/** A search as somebody in sales would make it. */
async function searchLabs(page: Page): Promise<void> {
  await open(page, CONTACTS)
  await choose(page, 'Country', 'France')
  await choose(page, 'Country', 'Belgium')
  await choose(page, 'Contact level', 'Director')
  await page.getByRole('textbox', { name: 'Company name' }).fill('labs')
  await expect(page.getByText(/^(about )?[\d,]+ rows?\b/).first()).toBeVisible()
  await search(page)
  await table(page).getByRole('button', { name: 'Company', exact: true }).click()
}

async function drop(page: Page, name: string, content: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([file, text]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], file, { type: 'text/csv' }))
      return transfer
    },
    [name, content] as const,
  )
  await page.locator('[data-criterion="domain"] .values').dispatchEvent('drop', { dataTransfer })
  await expect(page.locator('[data-criterion="domain"] .kept')).toBeVisible()
}

/** A file of domains, of which most are some company's. */
async function domains(page: Page): Promise<string> {
  const data = { criteria: { name: 'labs' }, sort: [] }
  const answer = await page.request.post('/api/v1/interfaces/companies_and_contacts/search', {
    data,
  })
  const { columns, rows } = (await answer.json()) as {
    columns: { name: string }[]
    rows: string[][]
  }
  const at = columns.findIndex(({ name }) => name === 'comp_domain')
  const known = [...new Set(rows.map((row) => row[at]).filter(Boolean))]
  const lines = [...known, ...known.slice(0, 12), '', ...known.map((_, line) => `x${line}.example`)]
  return `nr;domain\n${lines.map((one, line) => `${line};${one}`).join('\n')}\n`
}

const STATES: Record<string, (page: Page) => Promise<void>> = {
  search: searchLabs,
  async home(page) {
    await page.goto('/')
    await expect(page.getByRole('heading', { name: 'What are you looking for?' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Companies and contacts' }).first()).toBeVisible()
  },
  async heavy(page) {
    await open(page, CONTACTS)
    await expect(page.getByText(/^(about )?[\d,]+ rows?\b/).first()).toBeVisible()
    await search(page)
    await expect(page.getByText(/first 100 shown/)).toBeVisible()
  },
  async empty(page) {
    await open(
      page,
      `${CONTACTS}?name=no+company+is+called+this&cont_level=1&updated.preset=last_year`,
    )
    await expect(page.getByRole('heading', { name: 'No rows match' })).toBeVisible()
    await expect(page.getByText('Counting…')).toHaveCount(0)
  },
  async loading(page) {
    await page.route('**/search', () => undefined)
    await open(page, CONTACTS)
    await search(page)
    await expect(page.getByText(/^[1-9]\.\d s$/)).toBeVisible()
  },
  async error(page) {
    await page.route('**/options/comp_size*', (route) => route.abort('connectionfailed'))
    await page.route('**/search', (route) => route.fulfill(AWAY))
    await open(page, `${CONTACTS}?name=labs`)
    await expect(page.getByRole('heading', { name: 'The database is not available' })).toBeVisible()
  },
  async restarting(page) {
    await page.route('**/api/v1/**', (route) => route.fulfill({ status: 502, body: '' }))
    await page.goto(CONTACTS)
    await expect(page.getByText(/^Trying again in/).first()).toBeVisible()
  },
  async offline(page) {
    await open(page, `${CONTACTS}?name=labs`)
    await expect(table(page)).toBeVisible()
    await page.context().setOffline(true)
    await expect(page.getByRole('main').getByText(/^You’re offline/)).toBeVisible()
  },
  async list(page) {
    await open(page, CONTACTS)
    await drop(page, 'domains_q3.csv', await domains(page))
    await search(page)
    await expect(page.getByText(/matched \(Company domains\)/)).toBeVisible()
  },
  async presets(page) {
    await open(page, `${CONTACTS}?name=labs&updated.preset=last_30_days`)
    await page.getByRole('button', { name: 'Periods, for Contact updated' }).click()
    await expect(page.getByText('Last quarter')).toBeVisible()
  },
  async select(page) {
    await open(page, CONTACTS)
    await page.getByRole('combobox', { name: 'Country', exact: true }).fill('land')
    await expect(page.getByRole('option', { name: /^Select all \d+ that match/ })).toBeVisible()
  },
  async summary(page) {
    await searchLabs(page)
    await page.getByRole('button', { name: 'Summary', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Level' })).toBeVisible()
  },
  async row(page) {
    await searchLabs(page)
    await table(page).locator('td').nth(1).dblclick()
    await expect(page.getByRole('dialog', { name: 'Row' })).toBeVisible()
  },
  async csv(page) {
    await searchLabs(page)
    await page.getByRole('button', { name: 'Download formats' }).click()
    await page.getByRole('radio', { name: 'a French spreadsheet' }).check()
  },
  async columns(page) {
    await searchLabs(page)
    await page.getByRole('button', { name: 'Columns', exact: true }).click()
    await expect(page.getByText('Remember for this form')).toBeVisible()
  },
  async save(page) {
    await searchLabs(page)
    await page.getByRole('button', { name: 'Save search' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Directors of labs')
  },
  async extract(page) {
    await searchLabs(page)
    await page.getByRole('button', { name: 'Download formats' }).click()
    await page.getByRole('button', { name: 'As a zip…' }).click()
    await expect(page.getByRole('dialog', { name: 'Extract all rows' })).toBeVisible()
  },
  async extracts(page) {
    await page.goto('/extracts')
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
  },
  async record(page) {
    await open(page, '/interfaces/containers')
    await page.getByRole('button', { name: 'New: Container' }).click()
    await expect(page.getByRole('textbox', { name: 'UUID' })).toBeVisible()
  },
  async account(page) {
    await page.goto('/account')
    await expect(page.getByRole('heading', { name: 'Personal tokens' })).toBeVisible()
  },
}

/** The pictures of docs/page.md: a state, how it is shown, and under which name. */
const PICTURES = [
  ['search', 'desk', 'light', 'search'],
  ['search', 'desk', 'dark', 'search-dark'],
  ['search', 'phone', 'light', 'phone'],
  ['search', 'tablet', 'light', 'tablet'],
  ['home', 'desk', 'light', 'home'],
  ['heavy', 'desk', 'light', 'heavy'],
  ['empty', 'desk', 'light', 'empty'],
  ['loading', 'desk', 'light', 'loading'],
  ['error', 'desk', 'light', 'error'],
  ['list', 'desk', 'light', 'list'],
  ['summary', 'desk', 'light', 'summary'],
  ['record', 'desk', 'light', 'record'],
] as const

async function take(page: Page, path: string): Promise<void> {
  // The pointer rests nowhere, fonts have come, and nothing fades in any more.
  await page.mouse.move(0, 0)
  await page.evaluate(() => document.fonts.ready)
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished)))
  await page.screenshot({ path })
}

if (EVERYWHERE) {
  for (const [name, show] of Object.entries(STATES)) {
    for (const [size, [width, height]] of Object.entries(WIDTHS)) {
      test(`${name}, ${size}`, async ({ page }) => {
        await page.setViewportSize({ width, height })
        await show(page)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          await take(page, `${EVERYWHERE}/${name}-${size}-${colorScheme}.png`)
        }
      })
    }
  }
} else {
  for (const [state, size, colorScheme, name] of PICTURES) {
    test(name, async ({ page }) => {
      const [width, height] = WIDTHS[size]
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await STATES[state]?.(page)
      await take(page, `${IMAGES}/${name}.png`)
    })
  }
}
