/** What the first load of a page costs, gzipped: the entry, what it imports, and its styles; of a form, its selects too. */
import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMITS_KB = { js: 220, css: 40 }

const html = readFileSync('dist/index.html', 'utf8')
const linked = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path)
// The selects of a form are fetched while it is asked for; other languages and rarer views come later.
const selects = readdirSync('dist/assets')
  .filter((name) => name.startsWith('CriterionSelect'))
  .map((name) => `assets/${name}`)

function kilobytes(paths, kind) {
  const files = paths.filter((path) => path.endsWith(`.${kind}`))
  return files.reduce((sum, path) => sum + gzipSync(readFileSync(`dist/${path}`)).length, 0) / 1000
}

let isTooLarge = false
for (const [kind, limit] of Object.entries(LIMITS_KB)) {
  const first = kilobytes(linked, kind)
  const form = kilobytes([...linked, ...selects], kind)
  isTooLarge ||= form > limit
  console.log(
    `${kind}: ${first.toFixed(1)} kB gzipped, with a form ${form.toFixed(1)}, of ${limit} at most`,
  )
}
process.exit(isTooLarge ? 1 : 0)
