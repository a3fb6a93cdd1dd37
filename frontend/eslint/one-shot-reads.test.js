import { Linter } from 'eslint'
import ts from 'typescript-eslint'
import { expect, test } from 'vitest'
import rule from './one-shot-reads.js'

const TYPES = `
  interface Response { status: number }
  interface Locator { innerText(): Promise<string>; boundingBox(): Promise<{ x: number } | null>; click(): Promise<void> }
  interface Page { count(): Promise<number>; locator(what: string): Locator; goto(path: string): Promise<Response> }
  interface Request { get(path: string): Promise<string> }
  declare const page: Page, request: Request
  declare function names(page: Page): Promise<string[]>
  declare function settled<Seen>(look: () => Promise<Seen>): Promise<Seen>
  declare function textOf(element: Locator): Promise<string>
  declare function expect(seen: unknown): { toBe(seen: unknown): void; toPass(): Promise<void> }
  declare namespace expect { function poll(look: () => unknown): { toBe(seen: unknown): Promise<void> } }
`

/** What the rule says of a line in a test. */
function complaints(line) {
  const options = { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: '/' }
  const config = {
    files: ['**/*.ts'],
    plugins: { guichet: { rules: { 'one-shot-reads': rule } } },
    languageOptions: { parser: ts.parser, parserOptions: options },
    rules: { 'guichet/one-shot-reads': ['error', { settled: ['textOf', 'settled'] }] },
  }
  const found = new Linter({ cwd: '/' }).verify(`${TYPES}\nexport {}\n${line}`, config, '/spec.ts')
  return found.map(({ messageId, message }) => messageId ?? message)
}

test.each([
  ['a text', "expect(await page.locator('h2').innerText()).toBe('1 row')"],
  ['a text that is kept', "const rows = await page.locator('h2').innerText(); console.log(rows)"],
  ['a number', 'expect((await page.count()) > 1).toBe(true)'],
  ['a plain object', "const box = (await page.locator('h2').boundingBox())?.x; console.log(box)"],
  ['a function that looks', 'for (const name of await names(page)) console.log(name)'],
])('reading %s once is refused', (_, line) => {
  expect(complaints(line)).toEqual(['once'])
})

test.each([
  ['an action', "await page.locator('h2').click()"],
  ['an answer', "const answer = await page.goto('/'); console.log(answer)"],
  ['what is no page', "expect(await request.get('/')).toBe('')"],
  ['a poll', 'await expect.poll(async () => (await names(page)).length).toBe(1)'],
  ['toPass', 'await expect(async () => expect(await page.count()).toBe(1)).toPass()'],
  ['a text that settled', "const rows = await textOf(page.locator('h2')); console.log(rows)"],
  [
    'what settled',
    'const some = await settled(async () => (await names(page))[0]); console.log(some)',
  ],
  ['a look', 'export async function first(page: Page) { return (await names(page))[0] }'],
])('%s is not', (_, line) => {
  expect(complaints(line)).toEqual([])
})
