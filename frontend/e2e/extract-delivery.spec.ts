import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { get, type IncomingHttpHeaders } from 'node:http'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { CONTACTS, expectAccessible, open, search } from './portal'

// One user's extracts wait for each other.
test.describe.configure({ mode: 'default' })

const MAILBOX = process.env.GUICHET_MAILBOX ?? 'http://localhost:9080'
const AUTHORIZATION = `Basic ${Buffer.from('demo:demo').toString('base64')}`
const WRITTEN = { timeout: 20_000 }

interface Mail {
  subject: string
  text: string
  to: { address: string }[]
  attachments?: { fileName: string }[]
}

function band(page: Page): Locator {
  return page.getByRole('region', { name: 'Result' }).getByRole('group', { name: 'Extract' })
}

/** The mails about the extracts of one search, by the words of its criteria. */
async function mails(page: Page, words: string): Promise<Mail[]> {
  const all = (await (await page.request.get(`${MAILBOX}/email`)).json()) as Mail[]
  return all.filter(({ text }) => text.includes(words))
}

interface Part {
  status: number
  headers: IncomingHttpHeaders
  bytes: Buffer
}

/** What comes of a download that breaks after so many bytes. */
function received(url: string, headers: Record<string, string>, most = Infinity): Promise<Part> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers: { authorization: AUTHORIZATION, ...headers } }, (answer) => {
      const chunks: Buffer[] = []
      let size = 0
      const part = () => ({
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        bytes: Buffer.concat(chunks).subarray(0, most),
      })
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (size < most) return
        resolve(part())
        asked.destroy()
      })
      answer.on('end', () => resolve(part()))
    })
    asked.on('error', reject)
  })
}

test('from a heavy search to the mail, its link, and a download that breaks and goes on', async ({
  page,
}) => {
  await open(page, `${CONTACTS}?updated.from=2000-05-05`)
  await search(page)
  await expect(band(page).getByRole('heading', { name: 'Sent to demo@example.com' })).toBeVisible(
    WRITTEN,
  )
  await expect(band(page).getByText('The mail leads to it by a link.')).toBeVisible()
  await expect.poll(async () => (await mails(page, '2000-05-05')).length).toBe(1)
  const [mail] = await mails(page, '2000-05-05')
  expect(mail?.to).toMatchObject([{ address: 'demo@example.com' }])
  expect(mail?.subject).toMatch(/^Companies and contacts: [\d,]+ rows$/)
  const link = /http:\S+\/archive/.exec(mail?.text ?? '')?.[0] ?? ''

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    // A link that is a download leads nowhere.
    page.goto(link).catch(() => null),
  ])
  const whole = await readFile(await download.path())

  const begun = await received(link, {}, 100_000)
  const rest = await received(link, {
    range: `bytes=${String(begun.bytes.length)}-`,
    'if-range': begun.headers.etag ?? '',
  })
  expect([begun.status, rest.status]).toEqual([200, 206])
  const joined = Buffer.concat([begun.bytes, rest.bytes])
  expect(createHash('sha256').update(joined).digest('hex')).toBe(
    createHash('sha256').update(whole).digest('hex'),
  )
})

test('a light result as a zip with a password, in parts, without a mail', async ({ page }) => {
  await open(page, `${CONTACTS}?name=labs`)
  await search(page)
  await page.getByRole('button', { name: 'Kinds of download' }).click()
  await page.getByRole('button', { name: 'As a zip…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Extract all rows' })
  await dialog.getByRole('checkbox', { name: /^In files of at most 1,000,000 rows/ }).check()
  await dialog.getByRole('checkbox', { name: 'Tell demo@example.com when it is ready' }).uncheck()
  const password = dialog.getByLabel('Password (optional)')
  await password.fill('short')
  await dialog.getByRole('button', { name: 'Extract' }).click()
  await expect(dialog.getByRole('alert')).toHaveText('A password has at least 8 characters.')
  await expectAccessible(page)
  await password.fill('long enough')
  await dialog.getByRole('button', { name: 'Extract' }).click()
  await expect(band(page).getByRole('heading', { name: 'Ready to download' })).toBeVisible(WRITTEN)
  await expect(band(page).getByText(/with a password/)).toBeVisible()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    band(page)
      .getByRole('link', { name: /^Download/ })
      .click(),
  ])
  const bytes = await readFile(await download.path())
  // The method of the first file in it: 99, which is AES.
  expect(bytes.readUInt16LE(8)).toBe(99)
  expect(bytes.includes('companies_and_contacts_001.csv')).toBe(true)
})
