import { describe, expect, it } from 'vitest'
import en from './en'
import es from './es'
import fr from './fr'

interface Tree {
  [key: string]: string | Tree
}

function leaves(tree: Tree, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const name = path ? `${path}.${key}` : key
    if (typeof value === 'string') found.set(name, value)
    else for (const [inner, text] of leaves(value, name)) found.set(inner, text)
  }
  return found
}

function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
}

const words = leaves(en)
const files = import.meta.glob<string>(['../**/*.{vue,ts}', '!../**/*.test.ts', '!./**'], {
  query: '?raw',
  import: 'default',
  eager: true,
})
const sources = Object.values(files).join('\n')

/** Keys in the code: whole, or with a part that is only known when it runs. */
const used = [
  ...sources.matchAll(/(?:\bt\(|keypath="|\? |: )\s*['"`]?([a-z]+(?:\.[\w${}.-]+)+)['"`]/gi),
]
  .map(([, key = '']) => key)
  .map((key) => new RegExp(`^${key.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[\\w-]+')}$`))

describe('the catalogue', () => {
  it.each([
    ['fr', leaves(fr)],
    ['es', leaves(es)],
  ])('%s has every text of the English one, with the same placeholders and forms', (_, texts) => {
    expect([...texts.keys()].sort()).toEqual([...words.keys()].sort())
    for (const [key, text] of words) {
      const own = texts.get(key) ?? ''
      expect(placeholders(own), key).toEqual(placeholders(text))
      expect(own.split(' | ').length, key).toBe(text.split(' | ').length)
    }
  })

  it('has no text that nothing shows', () => {
    const unused = [...words.keys()].filter((key) => !used.some((pattern) => pattern.test(key)))
    expect(unused).toEqual([])
  })

  it('has every text that is asked for', () => {
    const missing = [...sources.matchAll(/\bt\(\s*'([\w.-]+)'/g)]
      .map(([, key = '']) => key)
      .filter((key) => !words.has(key))
    expect(missing).toEqual([])
  })
})
