import { readFile } from 'node:fs/promises'
import { expect, test, type APIRequestContext, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import { CONTACTS, CONTACTS_API, open, search, table } from './portal'

const DOMAINS = 'Company domains'

interface Rows {
  columns: { name: string }[]
  rows: string[][]
}

/** Some domains that companies have. */
async function known(request: APIRequestContext, count: number): Promise<string[]> {
  const answer = await request.post(`${CONTACTS_API}/search`, {
    data: { criteria: { name: 'labs' } },
  })
  const { columns, rows } = (await answer.json()) as Rows
  const at = columns.findIndex(({ name }) => name === 'comp_domain')
  return [
    ...new Set(rows.map((row) => row[at]).filter((one): one is string => Boolean(one))),
  ].slice(0, count)
}

function field(page: Page) {
  return page.locator('[data-criterion="domain"]')
}

async function drop(page: Page, name: string, content: string): Promise<void> {
  const data = await page.evaluateHandle(
    ({ name, content }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([content], name, { type: 'text/csv' }))
      return transfer
    },
    { name, content },
  )
  const target = field(page).locator('.values')
  await target.dispatchEvent('dragover', { dataTransfer: data })
  await target.dispatchEvent('drop', { dataTransfer: data })
}

/** Keep lines as a list of the user's; returns its id. */
async function kept(request: APIRequestContext, lines: string[], name: string): Promise<string> {
  const answer = await request.post('/api/v1/value-lists', { data: { lines, name } })
  return ((await answer.json()) as { id: string }).id
}

async function names(request: APIRequestContext): Promise<string[]> {
  const lists = (await (await request.get('/api/v1/value-lists')).json()) as { name: string }[]
  return lists.map(({ name }) => name)
}

/** What is downloaded of the values that the result didn't find. */
async function unmatched(page: Page): Promise<Buffer> {
  const downloading = page.waitForEvent('download')
  const result = page.getByRole('region', { name: 'Result' })
  await result.getByRole('button', { name: /^download (the|what)/ }).click()
  return readFile(await (await downloading).path())
}

test('a dropped file is read, looked at, searched by, and tells what was not found', async ({
  page,
}) => {
  await open(page, CONTACTS)
  const domains = await known(page.request, 5)
  const rows = [...domains, domains[0], 'nobody.example', ''].map((one, at) => `${at};${one}`)
  await drop(page, 'domains_q3.csv', `nr;domain\n${rows.join('\n')}\n`)

  await expect(field(page)).toContainText('domains_q3.csv')
  await expect(field(page)).toContainText('column domain')
  await expect(field(page)).toContainText('6 values')
  await expect(field(page)).toContainText('1 duplicate, 1 blank removed')

  await page.getByRole('button', { name: 'How domains_q3.csv was read' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('radio', { name: 'domain' })).toBeChecked()
  await expectWellDrawn(page)
  await dialog.getByRole('radio', { name: 'nr' }).check()
  await expect(dialog.locator('.kept')).toContainText('8')
  await dialog.getByRole('radio', { name: 'domain' }).check()
  await expect(dialog.locator('.kept')).toContainText('6')
  await dialog.getByRole('button', { name: 'Done' }).click()

  await search(page)
  await expect(table(page)).toBeVisible()
  await expect(page.getByText(`5 of 6 matched (${DOMAINS})`)).toBeVisible()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'download the one that was not found' }).click()
  const file = await (await downloading).path()
  expect(await readFile(file, 'utf8')).toBe('line,value,problem\n8,nobody.example,not found\n')

  await expect(page).toHaveURL(/domain\.list=/)
  await page.reload()
  await expect(field(page)).toContainText('domains_q3.csv')
  await expect(table(page)).toBeVisible()
  await expectWellDrawn(page)
})

test('a list is there again under the recent ones, and a count tells what matched', async ({
  page,
}) => {
  await open(page, CONTACTS)
  const name = `recent-${Date.now()}.txt`
  await drop(page, name, 'nobody.example\nno-one.example\n')
  await expect(field(page)).toContainText('2 values')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect(field(page)).not.toContainText(name)

  await page.getByRole('button', { name: `A file or a recent list, for ${DOMAINS}` }).click()
  await expectWellDrawn(page)
  await page.getByRole('button', { name: new RegExp(`^${name}`) }).click()
  await expect(field(page)).toContainText('2 values')
  await page.getByRole('button', { name: 'Count', exact: true }).click()
  await expect(page.getByText(`0 of 2 matched (${DOMAINS})`)).toBeVisible()
})

test('a file that is no list says why, and leaves the field as it was', async ({ page }) => {
  await open(page, CONTACTS)
  await drop(page, 'sheet.csv', 'PK\u0003\u0004 and so on')

  await expect(field(page).getByRole('alert')).toContainText('no workbook that can be read')
  await expect(page.getByRole('textbox', { name: DOMAINS })).toBeVisible()
  await page.getByRole('textbox', { name: DOMAINS }).fill('a.example')
  await expect(field(page).getByRole('alert')).toHaveCount(0)
})

test('pasted lines tell too what was not found', async ({ page }) => {
  await open(page, CONTACTS)
  const [one, other] = await known(page.request, 2)
  await page.getByRole('textbox', { name: DOMAINS }).fill(`${one}\nnobody.example\n${other}`)

  await page.getByRole('button', { name: 'Count', exact: true }).click()
  await expect(page.getByText(`2 of 3 matched (${DOMAINS})`)).toBeVisible()
  await search(page)
  await expect(table(page)).toBeVisible()
  const matched = page.getByRole('region', { name: 'Result' }).getByText(/2 of 3 matched/)
  await expect(matched).toBeVisible()
  expect((await unmatched(page)).toString()).toBe(
    'line,value,problem\n2,nobody.example,not found\n',
  )
  await expectWellDrawn(page)
})

test('five thousand pasted lines become a list, and are searched by', async ({ page }) => {
  await open(page, CONTACTS)
  const lines = [
    ...(await known(page.request, 3)),
    ...Array.from({ length: 4997 }, (_, at) => `n${at}.example`),
  ]
  await page.getByRole('textbox', { name: DOMAINS }).evaluate((area, text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    area.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    )
  }, lines.join('\n'))

  await expect(field(page)).toContainText('Pasted lines')
  await expect(field(page)).toContainText('5,000 values')
  await search(page)
  await expect(page.getByText(`3 of 5,000 matched (${DOMAINS})`)).toBeVisible()
  const missing = (await unmatched(page)).toString().split('\n')
  expect([missing[1], missing.length]).toEqual(['4,n0.example,not found', 4997 + 2])
  await expectWellDrawn(page)
})

test('an upload shows how far it is, and can be cancelled', async ({ page }) => {
  await open(page, CONTACTS)
  const network = await page.context().newCDPSession(page)
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 10_000 }
  await network.send('Network.enable')
  await network.send('Network.emulateNetworkConditions', slow)
  const name = `slow-${Date.now()}.txt`
  const content = Array.from({ length: 200_000 }, (_, at) => `domain${at}.example`).join('\n')
  await drop(page, name, content)

  const progress = field(page).getByRole('status')
  await expect(progress).toContainText(/: [1-9]\d? % sent/)
  // At this pace it lasts for minutes: until it is cancelled, however long that takes here.
  await expectWellDrawn(page)
  await progress.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('textbox', { name: DOMAINS })).toBeVisible()
  expect(await names(page.request)).not.toContain(name)

  await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 })
  await drop(page, name, content)
  await expect(field(page)).toContainText('200,000 values')
})

test('a result too large to show says a moment later what matched', async ({ page }) => {
  await open(page, CONTACTS)
  const all = await page.request.get('/api/v1/interfaces/companies/rows?format=csv&columns=domain')
  const domains = (await all.text()).split(/\r?\n/).slice(1).filter(Boolean).slice(0, 4000)
  const id = await kept(page.request, [...domains, 'nobody.example'], 'many')
  await page.goto(`${CONTACTS}?domain.list=${id}`)

  await expect(table(page)).toBeVisible()
  await expect(page.getByText(/first 100/).first()).toBeVisible()
  await expect(page.getByText(`4,000 of 4,001 matched (${DOMAINS})`)).toBeVisible()
  expect((await unmatched(page)).toString()).toBe(
    'line,value,problem\n4001,nobody.example,not found\n',
  )
})

test('a list is deleted by its user, and a link to it says that it is gone', async ({ page }) => {
  await open(page, CONTACTS)
  const name = `doomed-${Date.now()}`
  const id = await kept(page.request, ['a.example', 'b.example'], name)
  await page.getByRole('button', { name: `A file or a recent list, for ${DOMAINS}` }).click()
  await page.getByRole('button', { name: `Delete ${name}` }).click()
  await expect(page.getByRole('button', { name: 'Keep', exact: true })).toBeFocused()
  await expectWellDrawn(page)
  await page
    .getByRole('group', { name })
    .getByRole('button', { name: 'Delete', exact: true })
    .click()
  await expect(page.getByText(name)).toHaveCount(0)
  await expect.poll(() => names(page.request)).not.toContain(name)

  await page.goto(`${CONTACTS}?domain.list=${id}`)
  await expect(field(page).getByRole('alert')).toContainText(
    'This list no longer exists, or belongs to somebody else.',
  )
  await expectWellDrawn(page)
  await field(page).getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByRole('textbox', { name: DOMAINS })).toBeVisible()
})
