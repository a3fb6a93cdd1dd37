import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import { compileMessage } from './messages'

function say(message: string, ...args: unknown[]): string {
  const { global } = createI18n({
    legacy: false,
    locale: 'en',
    messageCompiler: compileMessage,
    messages: { en: { message } },
  })
  return (global.t as (key: string, ...args: unknown[]) => string)('message', ...args)
}

describe('a text of the catalogue', () => {
  it.each([
    ['as it is', 'Search', [], 'Search'],
    ['with a name', 'about {count} rows', [{ count: '2' }], 'about 2 rows'],
    ['with names at both ends', '{from} – {to}', [{ from: 'a', to: 'b' }], 'a – b'],
    ['with a value by number', '{0} of {1}', [[1, 2]], '1 of 2'],
    ['in the singular', '{n} row | {n} rows', [{ n: 1 }, 1], '1 row'],
    ['in the plural', '{n} row | {n} rows', [{ n: 5 }, 5], '5 rows'],
    ['with signs that mean nothing here', 'me@example.com || 100 %', [], 'me@example.com || 100 %'],
  ])('%s', (_, message, args, said) => {
    expect(say(message, ...args)).toBe(said)
  })
})
