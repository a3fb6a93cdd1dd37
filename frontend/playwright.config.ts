import { defineConfig, type LaunchOptions } from '@playwright/test'

/** The portal that the specs walk up to: it runs already, with its demo data. */
export const portal = process.env.GUICHET_URL ?? 'http://localhost:9000'

/** How a user signs in: HTTP Basic. */
export function authorizationOf(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

export const launchOptions: LaunchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // In a container Chromium can't make its own sandbox; and it need not call home during a test.
  args: [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

export const use = {
  baseURL: portal,
  // Sent with every request: credentials that wait to be asked for have Playwright hold up each answer.
  extraHTTPHeaders: { authorization: authorizationOf('demo', 'demo') },
  viewport: { width: 1440, height: 900 },
  locale: 'en-GB',
  timezoneId: 'Europe/Paris',
  contextOptions: { reducedMotion: 'reduce' as const },
  launchOptions,
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // What fails once is a fault, of the page or of the spec.
  retries: 0,
  reporter: [['list']],
  // Limits for what hangs: a machine that is busy with other work is slow now and then.
  timeout: 120_000,
  expect: { timeout: 20_000, toPass: { timeout: 20_000 } },
  // Traces cost a third of the time; `npx playwright test --trace on` makes them.
  use: { ...use, screenshot: 'only-on-failure' },
})
