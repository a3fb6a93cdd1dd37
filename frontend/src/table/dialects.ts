/** How a CSV is written: whole dialects to choose from, and the one that the user chose last. */
import type { Dialect } from '@/api/types'

export const PRESETS = {
  plain: dialect({}),
  en: dialect({ bom: true }),
  fr: dialect({ delimiter: ';', decimal: ',', dates: 'locale', locale: 'fr', bom: true }),
  es: dialect({ delimiter: ';', decimal: ',', dates: 'locale', locale: 'es', bom: true }),
} as const

export type PresetName = keyof typeof PRESETS
export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[]

/** Dates as PostgreSQL writes them, the day first, or the month first. */
export type DayOrder = 'iso' | 'dayFirst' | 'monthFirst'

const CHOICES: { [Key in keyof Dialect]: readonly Dialect[Key][] } = {
  delimiter: [',', ';', '\t'],
  decimal: ['.', ','],
  dates: ['iso', 'locale'],
  locale: ['en', 'fr', 'es'],
  bom: [true, false],
  formula_guard: [true, false],
}
const KEYS = Object.keys(CHOICES) as (keyof Dialect)[]
const STORED = 'guichet.csv'

function dialect(about: Partial<Dialect>): Dialect {
  return {
    delimiter: ',',
    decimal: '.',
    dates: 'iso',
    locale: 'en',
    bom: false,
    formula_guard: true,
    ...about,
  }
}

/** The preset that a dialect is, or null when the user made it of single choices. */
export function presetOf(chosen: Dialect): PresetName | null {
  return (
    PRESET_NAMES.find((name) => KEYS.every((key) => PRESETS[name][key] === chosen[key])) ?? null
  )
}

export function dayOrderOf({ dates, locale }: Dialect): DayOrder {
  if (dates === 'iso') return 'iso'
  return locale === 'en' ? 'monthFirst' : 'dayFirst'
}

export function withDayOrder(chosen: Dialect, order: DayOrder): Dialect {
  if (order === 'iso') return { ...chosen, dates: 'iso', locale: 'en' }
  const dayFirst = chosen.locale === 'es' ? 'es' : 'fr'
  return { ...chosen, dates: 'locale', locale: order === 'monthFirst' ? 'en' : dayFirst }
}

export function storedDialect(): Dialect {
  return readDialect(localStorage.getItem(STORED)) ?? PRESETS.plain
}

export function rememberDialect(chosen: Dialect): void {
  localStorage.setItem(STORED, JSON.stringify(chosen))
}

/** Read a dialect, or the name of a preset, from text that anyone may have written. */
export function readDialect(text: string | null): Dialect | null {
  const preset = PRESET_NAMES.find((name) => name === text)
  if (preset) return PRESETS[preset]
  try {
    const read = JSON.parse(text ?? 'null') as Partial<Dialect> | null
    if (typeof read !== 'object' || read === null) return null
    const known = KEYS.filter((key) => (CHOICES[key] as readonly unknown[]).includes(read[key]))
    return dialect(Object.fromEntries(known.map((key) => [key, read[key]])))
  } catch {
    return null
  }
}
