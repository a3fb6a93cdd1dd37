/** What the first load of a page costs, gzipped: the entry, what it imports, and its styles. */
import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMITS_KB = { js: 220, css: 40 }

const html = readFileSync('dist/index.html', 'utf8')
const linked = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path)
// A view is fetched with the first page; only the other languages and rarer views come later.
const views = readdirSync('dist/assets')
  .filter((name) => /^(SearchView|ResultTable)/.test(name))
  .map((name) => `assets/${name}`)

let isTooLarge = false
for (const kind of ['js', 'css']) {
  const files = [...new Set([...linked, ...views])].filter((path) => path.endsWith(`.${kind}`))
  const bytes = files.reduce((sum, path) => sum + gzipSync(readFileSync(`dist/${path}`)).length, 0)
  const kilobytes = bytes / 1000
  isTooLarge ||= kilobytes > LIMITS_KB[kind]
  console.log(`${kind}: ${kilobytes.toFixed(1)} kB gzipped, of ${LIMITS_KB[kind]} at most`)
}
process.exit(isTooLarge ? 1 : 0)
