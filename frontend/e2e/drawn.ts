/** What holds of every state of the page, at every width and in both themes. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { expect, type Page } from '@playwright/test'

interface Only {
  type: 'tag' | 'rule'
  values: readonly string[]
}

interface Axe {
  run: (within: string, options: object) => Promise<AxeResults>
}

const WIDTHS = [360, 768, 1440]
const HEIGHT = 900
const THEMES = ['light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const ALL = { type: 'tag', values: TAGS } as const satisfies Only
const CONTRAST = { type: 'rule', values: ['color-contrast'] } as const satisfies Only
const SIZE = { type: 'rule', values: ['target-size'] } as const satisfies Only
const MENUS = '.v-overlay--active:not(.v-dialog), :popover-open'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Nothing is wider than the page, nor beside it, and axe finds nothing: at 360, 768 and 1440 pixels, light
 * and dark. The page is walked as it stands, without loading it again, and left as wide as it was. What is
 * still being drawn is looked at again: a fault is what stays.
 *
 * A theme changes colours and nothing else: in the second one axe looks at contrast alone.
 */
export async function expectWellDrawn(page: Page): Promise<void> {
  const before = page.viewportSize()
  const softly = expect.configure({ soft: true, timeout: 20_000 })
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT })
    for (const theme of THEMES) {
      await draw(page, theme)
      await softly.poll(() => faultsOf(page, theme), `${width} px, ${theme}`).toEqual([])
    }
  }
  if (before) await page.setViewportSize(before)
  await draw(page, null)
}

async function draw(page: Page, theme: Theme | null): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await expect(page.locator('.v-application').first()).toHaveClass(
    new RegExp(`v-theme--${theme ?? 'light'}`),
  )
  await settled(page)
}

async function faultsOf(page: Page, theme: Theme): Promise<string[]> {
  const found = theme === 'light' ? await tooWide(page) : []
  return [...found, ...(await violationsIn(page, theme === 'light' ? ALL : CONTRAST))]
}

/** What the new width and the new colours change has been drawn, and nothing moves any more. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  )
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState }) => playState !== 'running'),
  )
}

/** What has to be scrolled to sideways: the page itself, or a menu or dialog over it. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const room = window.innerWidth
    const overlays = [
      ...document.querySelectorAll('.v-overlay--active .v-overlay__content, :popover-open'),
    ]
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

/**
 * A menu belongs to no landmark, as its button leads to it; and what it covers in part need not be large enough
 * to be hit, as its own entries must.
 */
async function violationsIn(page: Page, runOnly: Only): Promise<string[]> {
  const isMenuOpen = (await page.locator(MENUS).count()) > 0
  if (!isMenuOpen) return run(page, 'html', runOnly)
  return [
    ...(await run(page, 'html', runOnly, ['region', 'target-size'])),
    ...(await run(page, MENUS, SIZE)),
  ]
}

async function run(page: Page, within: string, runOnly: Only, without: string[] = []) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]))
  const options = { runOnly, rules, resultTypes: ['violations'], preload: false, iframes: false }
  const { violations } = await page.evaluate(
    ([selector, how]) => (window as unknown as { axe: Axe }).axe.run(selector, how),
    [within, options] as const,
  )
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  )
}
