import { defineConfig } from '@playwright/test'
import { use } from '../playwright.config'

/** What the page costs: `npm run measure`, beside a portal that runs. */
export default defineConfig({
  testDir: '.',
  testMatch: 'measure.ts',
  outputDir: '../test-results',
  workers: 1,
  reporter: [['list']],
  // The measuring server signs in by itself: credentials here would have Playwright hold up each answer.
  use: { ...use, httpCredentials: undefined },
})
