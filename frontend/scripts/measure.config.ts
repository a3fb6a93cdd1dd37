import { defineConfig } from '@playwright/test'
import { use } from '../playwright.config'

/** What the page costs: `npm run measure`, beside a portal that runs. */
export default defineConfig({
  testDir: '.',
  testMatch: ['measure.ts', 'first-load.ts'],
  outputDir: '../test-results',
  workers: 1,
  reporter: [['list']],
  use,
})
