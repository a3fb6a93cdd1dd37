/** What a cell shows: a value from the database, made ready to draw by its column. */
import type { Cell, Column } from '@/api/types'
import { parseArray } from './arrayLiteral'
import { linkTarget, mailTarget } from './links'
import { formatQuantity } from './quantities'
import { formatDate, formatInstant, formatTimestamp } from './temporal'

export type Content =
  | { kind: 'null' }
  | { kind: 'text'; text: string; raw: string }
  | { kind: 'link'; text: string; raw: string; href: string }
  | { kind: 'chips'; parts: Part[]; raw: string }

/** One of several values in a cell. */
export interface Part {
  text: string | null
  href: string | null
}

export interface DisplayFormat {
  locale: string
  yes: string
  no: string
  null: string
  /** The portal's, in which moments are shown; the browser's where it is absent. */
  timeZone?: string | undefined
}

const NUMERIC = new Set(['integer', 'decimal', 'float'])

export function isNumeric(column: Column): boolean {
  return NUMERIC.has(column.type)
}

export function cellContent(
  value: Cell | undefined,
  column: Column,
  display: DisplayFormat,
): Content {
  if (value === null || value === undefined) return { kind: 'null' }
  const raw = String(value)
  const texts = cellParts(raw, column)
  if (texts) return { kind: 'chips', parts: texts.map((text) => partOf(text, column)), raw }
  const href = cellHref(raw, column)
  if (href) return { kind: 'link', text: raw, raw, href }
  return { kind: 'text', text: cellText(value, raw, column, display), raw }
}

function cellParts(raw: string, column: Column): (string | null)[] | null {
  if (column.split) {
    const parts = raw.split(column.split).map((part) => part.trim())
    return parts.filter((part) => part !== '')
  }
  return column.type === 'array' ? parseArray(raw) : null
}

function partOf(text: string | null, column: Column): Part {
  return { text, href: text === null ? null : cellHref(text, column) }
}

function cellHref(raw: string, column: Column): string | null {
  if (column.format === 'link') return linkTarget(raw)
  if (column.format === 'email') return mailTarget(raw)
  return null
}

function cellText(
  value: string | number | boolean,
  raw: string,
  column: Column,
  display: DisplayFormat,
): string {
  switch (column.type) {
    case 'integer':
    case 'decimal':
    case 'float':
      return column.format === 'identifier' || typeof value === 'boolean'
        ? raw
        : formatQuantity(value, display.locale)
    case 'boolean':
      return typeof value === 'boolean' ? (value ? display.yes : display.no) : raw
    case 'date':
      return formatDate(raw, display.locale)
    case 'timestamp':
      return formatTimestamp(raw, display.locale, display.timeZone)
    case 'timestamptz':
      return formatInstant(raw, display.locale, display.timeZone)
    default:
      return raw
  }
}
