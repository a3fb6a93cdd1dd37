/** What holds of every state of the page, at every width and in both themes. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { expect, type Page } from '@playwright/test'

const WIDTHS = [360, 768, 1440]
const HEIGHT = 900
const THEMES = ['light', 'dark'] as const
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Nothing is wider than the page, nor beside it, and axe finds nothing: at 360, 768 and 1440 pixels, light
 * and dark. The page is walked as it stands, without loading it again, and left as wide as it was.
 *
 * A theme changes colours and nothing else: in the second one axe looks at contrast alone.
 *
 * @param covered what an open list covers in part, and so can't be judged.
 */
export async function expectWellDrawn(page: Page, covered?: string): Promise<void> {
  const before = page.viewportSize()
  const faults: string[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT })
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme })
      await expect(page.locator('.v-application').first()).toHaveClass(
        new RegExp(`v-theme--${theme}`),
      )
      await settled(page)
      const found = theme === 'light' ? await tooWide(page) : []
      const violations = await violationsIn(
        page,
        theme === 'light' ? null : ['color-contrast'],
        covered,
      )
      faults.push(...[...found, ...violations].map((fault) => `${width} px, ${theme}: ${fault}`))
    }
  }
  if (before) await page.setViewportSize(before)
  await page.emulateMedia({ colorScheme: null })
  expect(faults).toEqual([])
}

/** Two frames on: what the new width and the new colours change has been drawn. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  )
}

/** What has to be scrolled to sideways: the page itself, or a menu or dialog over it. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const room = window.innerWidth
    const overlays = [...document.querySelectorAll('.v-overlay--active .v-overlay__content')]
    const outside = overlays.filter((overlay) => {
      const { left, right } = overlay.getBoundingClientRect()
      return left < -1 || right > room + 1
    })
    const isWide = document.documentElement.scrollWidth > room
    return [
      ...(isWide ? [`the page is ${document.documentElement.scrollWidth} px wide`] : []),
      ...outside.map((overlay) => `beside the page: ${overlay.className}`),
    ]
  })
}

async function violationsIn(
  page: Page,
  rules: string[] | null,
  covered: string | undefined,
): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const runOnly = rules ? { type: 'rule', values: rules } : { type: 'tag', values: TAGS }
  // A menu belongs to no landmark: its button leads to it.
  const isMenuOpen = (await page.locator('.v-overlay--active:not(.v-dialog)').count()) > 0
  const { violations } = await page.evaluate(
    ([context, options]) =>
      (window as unknown as { axe: { run: (...args: unknown[]) => Promise<AxeResults> } }).axe.run(
        context,
        options,
      ),
    [
      { include: [['html']], exclude: covered ? [[covered]] : [] },
      {
        runOnly,
        resultTypes: ['violations'],
        preload: false,
        iframes: false,
        rules: isMenuOpen ? { region: { enabled: false } } : {},
      },
    ] as const,
  )
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  )
}
