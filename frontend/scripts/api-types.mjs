/**
 * Write src/api/schema.ts, the types of the API's questions and answers, from its OpenAPI document; with --check, only
 * say whether the file is up to date. The document is that of the backend beside it.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { format, resolveConfig } from 'prettier'

const FILE = 'src/api/schema.ts'
const HEADER = '/** Made by `npm run api-types` from the OpenAPI document of the API. */\n\n'

const root = fileURLToPath(new URL('../../', import.meta.url))
const printed = execFileSync(`${root}.venv/bin/python`, [`${root}scripts/print_openapi.py`], {
  env: { ...process.env, PYTHONPATH: `${root}backend` },
  encoding: 'utf8',
})
const { components, ...document } = JSON.parse(printed)

/** Without the titles that pydantic makes of names: they say nothing more. */
function withoutTitles(schema) {
  if (Array.isArray(schema)) return schema.map(withoutTitles)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(
    ([key, value]) => key !== 'title' || typeof value !== 'string',
  )
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutTitles(value)]))
}

const schemas = withoutTitles(components.schemas)
const nodes = await openapiTS(
  { ...document, paths: {}, components: { schemas } },
  { defaultNonNullable: false },
)
const options = await resolveConfig(FILE)
const text = await format(HEADER + astToString(nodes), { ...options, parser: 'typescript' })

if (!process.argv.includes('--check')) writeFileSync(FILE, text)
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error(`${FILE} is not as the API answers: run \`npm run api-types\`.`)
  process.exit(1)
}
