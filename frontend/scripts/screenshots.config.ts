import { defineConfig } from '@playwright/test'
import { use } from '../playwright.config'

/** The pictures in the documentation: `npm run screenshots`, beside a portal with the demo's data. */
export default defineConfig({
  testDir: '.',
  testMatch: 'screenshots.ts',
  outputDir: '../test-results',
  workers: 1,
  reporter: [['list']],
  use,
})
