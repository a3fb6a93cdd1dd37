import { expect, test } from '@playwright/test'
import { expectWellDrawn } from './drawn'

test('an interface is found and opened from the keyboard', async ({ page }) => {
  await page.goto('/')
  const forms = page.getByRole('navigation', { name: 'Forms' })
  await expect(forms.getByRole('link', { name: 'Instruments' })).toBeVisible()
  await expectWellDrawn(page)
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox', { name: 'Find a form' })).toBeFocused()
  await page.keyboard.type('instr')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Instruments' })).toBeVisible()
  await expect(page).toHaveURL(/\/interfaces\/instruments$/)
  await expect(page).toHaveTitle('Instruments · Guichet')
})

test('on a phone the interfaces are in a drawer', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 })
  await page.goto('/interfaces/sites')
  const link = page.getByRole('link', { name: 'Containers' })
  await expect(link).not.toBeInViewport()
  await page.getByRole('button', { name: 'Forms' }).click()
  await expect(link).toBeInViewport()
  await link.click()
  await expect(page.getByRole('heading', { level: 1, name: 'Containers' })).toBeVisible()
  await expect(link).not.toBeInViewport()
  await page.getByRole('button', { name: 'Forms' }).click()
  await expect(link).toBeInViewport()
  await expectWellDrawn(page)
})

test('a link to what is not there says so', async ({ page }) => {
  await page.goto('/interfaces/gone')
  await expect(page.getByRole('heading', { name: 'There is no such form' })).toBeVisible()
  await page.goto('/nowhere/at/all')
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
})

test('the page speaks three languages and remembers the one chosen', async ({ page }) => {
  await page.goto('/interfaces/companies_and_contacts?name=labs')
  await page.getByRole('button', { name: 'Français' }).click()
  await expect(page.getByRole('button', { name: 'Rechercher', exact: true })).toBeVisible()
  await expect(page.getByRole('heading', { name: /\d\s\d{3} lignes/ })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Rechercher', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Español' }).click()
  await expect(page.getByRole('button', { name: 'Buscar', exact: true })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'es')
})

test('nothing is asked of another host, and the console stays clean', async ({ page, baseURL }) => {
  const elsewhere: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(baseURL ?? '') && !/^(data|blob):/.test(url)) elsewhere.push(url)
  })
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto('/interfaces/companies_and_contacts?name=labs')
  await expect(page.getByRole('grid', { name: 'Rows found' })).toBeVisible()
  expect(elsewhere).toEqual([])
  expect(complaints).toEqual([])
})
