import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { get, type IncomingHttpHeaders } from 'node:http'
import { expect, test, type APIRequestContext, type Locator, type Page } from '@playwright/test'
import { expectWellDrawn } from './drawn'
import {
  CONTACTS,
  SIGNED_IN_WHEN_ASKED,
  WRITTEN,
  dayOfItsOwn,
  open,
  search,
  settled,
  table,
} from './portal'

test.use(SIGNED_IN_WHEN_ASKED)

// One user's extracts wait for each other.
test.describe.configure({ mode: 'default' })

const MAILBOX = process.env.GUICHET_MAILBOX ?? 'http://localhost:9080'
const AUTHORIZATION = `Basic ${Buffer.from('demo:demo').toString('base64')}`

interface Mail {
  id: string
  subject: string
  text: string
  to: { address: string }[]
  attachments?: { generatedFileName: string }[]
}

function band(page: Page): Locator {
  return page.getByRole('region', { name: 'Result' }).getByRole('group', { name: 'Extract' })
}

/** The one mail about the extract of a search, by words that only its criteria have. It is on its way for a while. */
async function mailAbout(request: APIRequestContext, words: string): Promise<Mail> {
  const [mail] = await settled(
    async () => {
      const all = (await (await request.get(`${MAILBOX}/email`)).json()) as Mail[]
      return all.filter(({ text }) => text.includes(words)) as [Mail]
    },
    (mails) => expect(mails).toHaveLength(1),
  )
  return mail
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

/** Opens the dialog of an archive. On a busy machine the menu may move between a press and its release: pressed again. */
async function openZip(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name: 'Extract all rows' })
  await page.getByRole('button', { name: 'Download formats' }).click()
  await expect(async () => {
    const zip = page.getByRole('button', { name: 'As a zip…' })
    if (await zip.isVisible()) await zip.click()
    await expect(dialog).toBeVisible({ timeout: 5_000 })
  }).toPass({ timeout: 60_000 })
  return dialog
}

test('from a heavy search to the mail, its link, and a download that breaks and goes on', async ({
  page,
}) => {
  const day = dayOfItsOwn()
  await open(page, `${CONTACTS}?updated.from=${day}`)
  await search(page)
  await expect(band(page).getByRole('heading', { name: 'Sent to demo@example.com' })).toBeVisible(
    WRITTEN,
  )
  await expect(band(page).getByText('The mail leads to it by a link.')).toBeVisible()
  const mail = await mailAbout(page.request, day)
  expect(mail.to).toMatchObject([{ address: 'demo@example.com' }])
  expect(mail.subject).toMatch(/^Companies and contacts: [\d,]+ rows$/)
  await page.goto(/http:\S+\/extracts\/[0-9a-f-]{36}/.exec(mail.text)?.[0] ?? '')
  const archive = page.getByRole('main').getByRole('link', { name: /^Download/ })
  const link = await settled(
    () => archive.evaluate((one: HTMLAnchorElement) => one.href),
    (href) => expect(href).toMatch(/^http/),
  )
  await expectWellDrawn(page)

  const [download] = await Promise.all([page.waitForEvent('download'), archive.click()])
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
  await expect(table(page)).toBeVisible()
  const dialog = await openZip(page)
  await dialog.getByRole('checkbox', { name: /^In files of at most 1,000,000 rows/ }).check()
  await dialog.getByRole('checkbox', { name: 'Tell demo@example.com when it is ready' }).uncheck()
  const password = dialog.getByLabel('Password (optional)')
  await password.fill('short')
  await dialog.getByRole('button', { name: 'Extract' }).click()
  await expect(dialog.getByRole('alert')).toHaveText('A password has at least 8 characters.')
  await expectWellDrawn(page)
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

test('a light result by mail, with a password that opens it and is nowhere else', async ({
  page,
}, testInfo) => {
  const day = dayOfItsOwn()
  await open(page, `${CONTACTS}?name=partners&updated.from=${day}`)
  await expect(table(page)).toBeVisible()
  const dialog = await openZip(page)
  await expect(dialog.getByRole('checkbox', { name: /^Tell demo@example.com/ })).toBeChecked()
  await dialog.getByLabel('Password (optional)').fill('long enough, ünd more')
  await dialog.getByRole('button', { name: 'Extract' }).click()
  const sent = band(page).getByRole('heading', { name: 'Sent to demo@example.com' })
  await expect(sent).toBeVisible(WRITTEN)
  await expect(band(page).getByText('The archive is attached to the mail.')).toBeVisible()

  const mail = await mailAbout(page.request, day)
  expect(JSON.stringify(mail)).not.toContain('long enough')
  const file = mail.attachments?.[0]?.generatedFileName ?? ''
  const attached = await page.request.get(`${MAILBOX}/email/${mail.id}/attachment/${file}`)
  const archive = testInfo.outputPath('mailed.zip')
  await writeFile(archive, await attached.body())
  const rows = /: ([\d,]+) rows$/.exec(mail.subject)?.[1] ?? ''
  expect(opened(archive, 'long enough, ünd more')).toBe(Number(rows.replaceAll(',', '')))
  expect(() => opened(archive, 'long enough')).toThrow(/Bad password/)
})

/** Open an archive with its password, as 7-Zip would; the rows of its CSV. */
function opened(archive: string, password: string): number {
  const read = `
import pyzipper, sys
with pyzipper.AESZipFile(sys.argv[1]) as found:
    found.setpassword(sys.argv[2].encode())
    assert found.testzip() is None
    print(found.read("companies_and_contacts.csv").count(b"\\n") - 1)`
  const python = new URL('../../.venv/bin/python', import.meta.url).pathname
  return Number(execFileSync(python, ['-c', read, archive, password], { encoding: 'utf8' }))
}

test('an address is used once it is confirmed, and one that takes no mail is told at once', async ({
  browser,
  page,
  baseURL,
}) => {
  test.slow() // two users, three mails
  const user = `lea${String(Date.now())}${String(Math.floor(Math.random() * 1e6))}`
  const password = 'a password of her own'
  const made = await page.request.post('/api/v1/user', { data: { user, password } })
  expect(made.status()).toBe(201)
  const theirs = await browser.newContext({
    ...(baseURL !== undefined && { baseURL }),
    httpCredentials: { username: user, password },
  })
  const hers = await theirs.newPage()
  await hers.goto('/')
  // The demo's mailbox takes nothing for nobody.
  const field = await typeAddress(hers, 'nobody@example.com')
  await expect(field).toHaveAccessibleDescription(/550 No such user here/)
  await expectWellDrawn(hers)

  const address = `${user}@example.com`
  await field.fill(address)
  await hers.keyboard.press('Enter')
  await expect(field).toBeHidden()
  await hers.goto(await confirmingLink(page.request, address))
  const told = hers.getByRole('region', { name: 'Email address' })
  await expect(told.getByText(`Mails go to ${address} from now on.`)).toBeVisible()
  await expectWellDrawn(hers)

  const day = dayOfItsOwn()
  await open(hers, `/interfaces/companies?created.from=${day}`)
  await search(hers)
  await expect(band(hers).getByRole('heading', { name: `Sent to ${address}` })).toBeVisible(WRITTEN)
  expect((await mailAbout(page.request, day)).to).toMatchObject([{ address }])
  await theirs.close()
})

async function typeAddress(page: Page, address: string): Promise<Locator> {
  await page.getByRole('button', { name: /^Signed in as/ }).click()
  await page.getByRole('button', { name: /^(Set an|Change the) email address$/ }).click()
  const field = page.getByRole('textbox', { name: 'Email address' })
  await field.fill(address)
  await page.keyboard.press('Enter')
  return field
}

/** Where the mail leads that a new address gets. */
async function confirmingLink(request: APIRequestContext, address: string): Promise<string> {
  let link = ''
  await expect
    .poll(async () => {
      const all = (await (await request.get(`${MAILBOX}/email`)).json()) as Mail[]
      const mine = all.filter(({ to }) => to.some((one) => one.address === address))
      link = mine.map(({ text }) => /\/account#confirm=\S+/.exec(text)?.[0] ?? '').join('')
      return link
    })
    .not.toBe('')
  return link
}
