import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const portal = process.env.GUICHET_URL ?? 'http://localhost:9000'

/** Tells the page where the API is, as nginx does by the same variable; without it, it is behind this server's proxy. */
const config: Plugin = {
  name: 'config.json',
  configureServer: ({ middlewares }) => {
    middlewares.use('/config.json', (_, answer) => {
      answer.setHeader('Content-Type', 'application/json')
      answer.end(JSON.stringify({ api: process.env.PAGE_API ?? '/api/v1' }))
    })
  },
}

/** Vuetify's calendar comes with it whether a page has one or not; this one takes dates by the browser's own field. */
const noCalendar: Plugin = {
  name: 'no-calendar',
  apply: 'build',
  load: {
    filter: { id: /vuetify\/lib\/composables\/date\/adapters\/vuetify\.js$/ },
    handler: () => 'export class VuetifyDateAdapter {}',
  },
}

/** The frame in index.html is painted while the page's styles are on their way; its scripts wait for them. */
const lateStyles: Plugin = {
  name: 'late-styles',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => {
      const links = html.match(/ *<link rel="stylesheet"[^>]*>\n?/g) ?? []
      const bare = links.reduce((rest, link) => rest.replace(link, ''), html)
      return bare.replace('  </body>', () => `${links.join('')}  </body>`)
    },
  },
}

const COMPRESSIBLE = /\.(?:js|css|svg)$/
/** Below it, a compressed file saves no packet. */
const SMALLEST = 1000
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }

/** Compresses the built files once, as small as can be, so that whoever serves them need not do it each time. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  async writeBundle({ dir }) {
    if (!dir) return
    const names = await readdir(dir, { recursive: true })
    await Promise.all(
      names.filter((name) => COMPRESSIBLE.test(name)).map((name) => compress(join(dir, name))),
    )
  },
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file)
  if (content.length < SMALLEST) return
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }))
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, BROTLI))
}

export default defineConfig({
  plugins: [vue(), config, noCalendar, lateStyles, compressed],
  // Whoever serves the page puts a new nonce in its place each time; the policy allows styles with it alone.
  html: { cspNonce: '__CSP_NONCE__' },
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    port: 8080,
    // The portal refuses data calls from another origin, so the development server speaks as it.
    proxy: { '/api': { target: portal, changeOrigin: true, headers: { origin: portal } } },
  },
  // What the page does not use of its libraries stays out of the build.
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    // src/plugins/messages.ts does what it is needed for.
    __INTLIFY_DROP_MESSAGE_COMPILER__: true,
  },
  build: {
    target: 'es2022',
    // Nothing is inlined: the page's content security policy allows images from data: but no fonts.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'eslint/*.test.js'],
    setupFiles: ['src/testing/setup.ts'],
    server: { deps: { inline: ['vuetify'] } },
    restoreMocks: true,
    // A test that hangs ends; one on a busy machine does not fail for being slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
