import { readFile } from 'node:fs/promises'
import { expect, test, type APIRequestContext, type Locator, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import {
  CONTACTS,
  CONTACTS_API,
  SIGNED_IN_WHEN_ASKED,
  WRITTEN,
  dayOfItsOwn,
  open,
  ownDefinition,
  search,
  writeDefinition,
} from './portal'

test.use(SIGNED_IN_WHEN_ASKED)

// One user's extracts wait for each other: side by side these specs would wait for each other too.
test.describe.configure({ mode: 'default' })

const SLOW = ownDefinition('slow')

/** The mail may have gone already. */
const READY = /^(Ready to download|Written; the mail|Sent to )/

/** Everything since a day that no other search names: an extract of its own, too large for the page. */
function everything() {
  const day = dayOfItsOwn()
  return { day, criteria: { updated: { from: day } }, address: `${CONTACTS}?updated.from=${day}` }
}

function band(page: Page): Locator {
  return page.getByRole('region', { name: 'Result' }).getByRole('group', { name: 'Extract' })
}

async function queue(
  request: APIRequestContext,
  criteria: object,
  interfaceId = 'companies_and_contacts',
): Promise<string> {
  const body = { interface: interfaceId, criteria }
  const answer = await request.post('/api/v1/extracts', { data: body })
  expect(answer.status()).toBe(202)
  return ((await answer.json()) as { id: string }).id
}

interface Listed {
  id: string
  interface: string
  state: string
}

async function listed(request: APIRequestContext): Promise<Listed[]> {
  return (await (await request.get('/api/v1/extracts')).json()) as Listed[]
}

async function expectZip(page: Page, from: Locator) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    from.getByRole('link', { name: /^Download/ }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^companies_and_contacts_\d{8}T\d{6}Z\.zip$/)
  const bytes = await readFile(await download.path())
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04')
  expect(bytes.includes('manifest.json')).toBe(true)
}

/** An interface whose extract takes its time, in the portal folder that the specs have for themselves. */
function writeSlow(): Promise<void> {
  const sql = 'SELECT n, pg_sleep(0.002)::text AS slept FROM generate_series(1, 100000) AS n'
  const text = `title: Slow\nsource: crm\nsql: ${sql}\nlimits: { display_rows: 5 }\n`
  return writeDefinition(SLOW, text)
}

test('a heavy search becomes an extract by itself, to its download', async ({ page }) => {
  await open(page, everything().address)
  await expect(page.getByRole('button', { name: 'Extract all rows' })).toBeVisible()
  await search(page)
  await expect(band(page).getByRole('heading', { name: READY })).toBeVisible(WRITTEN)
  await expect(
    band(page).getByText(/^[\d,]+ rows · [\d.]+ MB \([\d.]+ MB unzipped\) · in/),
  ).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: 'is ready' })).toBeAttached()
  await expectZip(page, band(page))
})

test('neither a link nor a sorted column extracts anything unasked', async ({ page }) => {
  const asked: boolean[] = []
  page.on('request', (request) => {
    if (request.url().endsWith(`${CONTACTS_API}/search`))
      asked.push((request.postDataJSON() as { extract: boolean }).extract)
  })
  await open(page, everything().address)
  await expect(page.getByText(/first 100 shown/)).toBeVisible()
  await page.getByRole('columnheader', { name: 'Company id' }).getByRole('button').click()
  await expect.poll(() => asked).toEqual([false, false])
  await page.getByRole('button', { name: 'Extract all rows' }).click()
  await expect(band(page).getByRole('heading', { name: READY })).toBeVisible(WRITTEN)
})

test('an extract under way is cancelled from the list, once that is confirmed', async ({
  page,
}) => {
  const { day, criteria } = everything()
  await writeSlow()
  const slow = await queue(page.request, {}, SLOW)
  try {
    const queued = await queue(page.request, criteria)
    await page.goto('/extracts')
    const card = page.getByRole('listitem').filter({ hasText: `${day} –` })
    await expect(card.getByText(/^Place \d+ in the queue/)).toBeVisible()
    await expect(page.getByRole('link', { name: /^Extracts/ })).toContainText(/\d+ under way/)
    await card.getByRole('button', { name: /^Cancel/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Cancel this extract?' })
    await dialog.getByRole('button', { name: 'Cancel the extract' }).click()
    await expect(card.getByRole('heading', { name: 'Cancelled', exact: true })).toBeVisible()
    await expect(card.getByRole('link', { name: /^Download/ })).toHaveCount(0)
    expect(await listed(page.request)).toContainEqual(
      expect.objectContaining({ id: queued, state: 'cancelled' }),
    )
  } finally {
    // Others of this user wait for it.
    await page.request.delete(`/api/v1/extracts/${slow}`)
  }
})

test('the list shows what was searched, repeats it, and leads to its search', async ({ page }) => {
  const { day, criteria } = everything()
  const id = await queue(page.request, criteria)
  await expect
    .poll(async () => (await listed(page.request)).find((one) => one.id === id)?.state, WRITTEN)
    .toBe('done')
  await page.goto('/')
  await page.getByRole('link', { name: /^Extracts/ }).click()
  const cards = page.getByRole('listitem').filter({ hasText: `${day} –` })
  await expect(cards).toHaveCount(1)
  await expectZip(page, cards.first())
  await cards
    .first()
    .getByRole('button', { name: /^Run again/ })
    .click()
  await expect(cards).toHaveCount(2)
  await expect(cards.first().getByRole('heading', { name: READY })).toBeVisible(WRITTEN)
  await cards
    .first()
    .getByRole('link', { name: /^Open the search/ })
    .click()
  await expect(page).toHaveURL(new RegExp(`companies_and_contacts\\?updated\\.from=${day}`))
  await expect(page.getByText(/first 100 shown/)).toBeVisible()
})

test('one that runs is cancelled from the band of its search', async ({ page }) => {
  await writeSlow()
  await open(page, `/interfaces/${SLOW}`)
  await search(page)
  await expect(band(page).getByText(/^[\d,]+ rows? so far|^[\d,]+ of about/)).toBeVisible(WRITTEN)
  await band(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(band(page).getByRole('heading', { name: 'Cancelled', exact: true })).toBeVisible()
  await expect(band(page).getByRole('link', { name: /^Download/ })).toHaveCount(0)
  const newest = (await listed(page.request)).find((one) => one.interface === SLOW)
  expect(newest).toMatchObject({ state: 'cancelled', archive_url: null })
})

test('an address that the portal refuses is told beside its field', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Signed in as demo' }).click()
  await page.getByRole('button', { name: /^(Set an|Change the) email address$/ }).click()
  const field = page.getByRole('textbox', { name: 'Email address' })
  await expect(field).toBeFocused()
  await field.fill('anne')
  await page.keyboard.press('Enter')
  await expect(field).toHaveAccessibleDescription(/This is not an email address/)
  await field.fill('anne@nowhere.invalid')
  await page.keyboard.press('Enter')
  await expect(field).toHaveAccessibleDescription(/The portal does not send mails there/)
  await expectWellDrawn(page)
})

test('axe finds nothing in the extracts, nor where there are none', async ({ page }) => {
  await queue(page.request, everything().criteria)
  await page.goto('/extracts')
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
  await expectWellDrawn(page)
  await page.route('**/api/v1/extracts', (route) => route.fulfill({ json: [] }))
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Nothing has been extracted yet' })).toBeVisible()
  await expectWellDrawn(page)
})

test('axe finds nothing in a band', async ({ page }) => {
  await open(page, CONTACTS)
  await search(page)
  await expect(band(page)).toBeVisible()
  await expectWellDrawn(page)
})

test('without the portal database the list says so', async ({ page }) => {
  const body = { status: 503, type: 'urn:guichet:problem:portal-database', detail: 'None.' }
  await page.route('**/api/v1/extracts', (route) => route.fulfill({ status: 503, json: body }))
  await page.goto('/extracts')
  await expect(page.getByRole('heading', { name: 'Extracts are not available' })).toBeVisible()
  await expectWellDrawn(page)
})
