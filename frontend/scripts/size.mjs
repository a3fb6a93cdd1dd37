/**
 * What the first load of a page costs as it is sent: the entry, what it imports and its styles, a form among
 * them. Browsers take brotli over TLS and from this machine, else gzip; the build has made both (vite.config.ts).
 */
import { existsSync, readFileSync, statSync } from 'node:fs'

const LIMIT_KB = 175
const ENCODINGS = { brotli: '.br', gzip: '.gz' }

const html = readFileSync('dist/index.html', 'utf8')
const linked = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path)
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
  const [js, css] = ['.js', '.css'].map((kind) =>
    kilobytes(
      linked.filter((path) => path.endsWith(kind)),
      suffix,
    ),
  )
  sums[encoding] = js + css
  console.log(
    `${encoding}: js ${js.toFixed(1)} kB, css ${css.toFixed(1)}, in all ${sums[encoding].toFixed(1)}`,
  )
}
if (sums.brotli > LIMIT_KB) console.error(`More than ${LIMIT_KB} kB by brotli.`)
process.exit(sums.brotli > LIMIT_KB ? 1 : 0)
