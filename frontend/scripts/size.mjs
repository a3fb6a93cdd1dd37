/**
 * What the first load of a page costs as it is sent: the entry, what it imports and its styles; of a form, its selects
 * too. Browsers take brotli over TLS and from this machine, else gzip; the build has made both (vite.config.ts).
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'

const LIMIT_KB = 175
const ENCODINGS = { brotli: '.br', gzip: '.gz' }

const html = readFileSync('dist/index.html', 'utf8')
const linked = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path)
// The selects of a form are fetched while it is asked for; other languages and rarer views come later.
const selects = readdirSync('dist/assets')
  .filter((name) => /^CriterionSelect.*\.(?:js|css)$/.test(name))
  .map((name) => `assets/${name}`)

/** Small files are sent as they are. */
function sentBytes(path, suffix) {
  const compressed = `dist/${path}${suffix}`
  return statSync(existsSync(compressed) ? compressed : `dist/${path}`).size
}

function kilobytes(paths, suffix) {
  return paths.reduce((sum, path) => sum + sentBytes(path, suffix), 0) / 1000
}

const sums = {}
for (const [encoding, suffix] of Object.entries(ENCODINGS)) {
  const [js, css] = ['.js', '.css'].map((kind) => {
    const of = (paths) => paths.filter((path) => path.endsWith(kind))
    return [kilobytes(of(linked), suffix), kilobytes(of([...linked, ...selects]), suffix)]
  })
  sums[encoding] = js[1] + css[1]
  console.log(
    `${encoding}: js ${js[0].toFixed(1)} kB, with a form ${js[1].toFixed(1)}; ` +
      `css ${css[0].toFixed(1)}, with a form ${css[1].toFixed(1)}; in all ${sums[encoding].toFixed(1)}`,
  )
}
if (sums.brotli > LIMIT_KB) console.error(`More than ${LIMIT_KB} kB by brotli.`)
process.exit(sums.brotli > LIMIT_KB ? 1 : 0)
