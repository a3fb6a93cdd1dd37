/** The kinds of CSV to choose from; each is a whole dialect. */
import type { Dialect } from '@/api/types'

export const DIALECTS = {
  plain: { delimiter: ',', decimal: '.', dates: 'iso', locale: 'en', bom: false },
  en: { delimiter: ',', decimal: '.', dates: 'iso', locale: 'en', bom: true },
  fr: { delimiter: ';', decimal: ',', dates: 'locale', locale: 'fr', bom: true },
  es: { delimiter: ';', decimal: ',', dates: 'locale', locale: 'es', bom: true },
} as const satisfies Record<string, Partial<Dialect>>

export type DialectName = keyof typeof DIALECTS
export const DIALECT_NAMES = Object.keys(DIALECTS) as DialectName[]

const STORED = 'guichet.csv'

/** The kind that the user chose last. */
export function storedDialect(): DialectName {
  const stored = localStorage.getItem(STORED)
  return DIALECT_NAMES.find((name) => name === stored) ?? 'plain'
}

export function rememberDialect(name: DialectName): void {
  localStorage.setItem(STORED, name)
}
