/**
 * A few lines as the server would write them in a CSV, to show what a choice does.
 *
 * Every file comes from the server; a browser spec holds these lines against its own.
 */
import type { Cell, Column, Dialect, Row } from '@/api/types'
import type { ArrangedColumn } from './arrangement'

const FORMULA_STARTS = /^[=+\-@\t\r\n＝＋－＠]/
const HARMLESS = /^([+-]?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?|[+][0-9][0-9 ().-]{4,}[0-9])$/
const DATES = new Set(['date', 'timestamp', 'timestamptz'])
const TIMESTAMP = /^(\d{4,})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d:\d\d))?/

export function csvPreview(
  rows: readonly Row[],
  columns: readonly ArrangedColumn[],
  dialect: Dialect,
): string[] {
  const heading = columns.map(({ column }) => quoted(column.label, dialect, false))
  const lines = rows.map((row) =>
    columns.map(({ column, index }) => csvCell(row[index], column, dialect)),
  )
  return [heading, ...lines].map((line) => line.join(dialect.delimiter))
}

/** NULL is nothing at all; the empty text is quoted. */
export function csvCell(value: Cell | undefined, column: Column, dialect: Dialect): string {
  if (value === null || value === undefined) return ''
  return quoted(csvText(String(value), column, dialect), dialect, true)
}

function csvText(text: string, { type }: Column, dialect: Dialect): string {
  if (type === 'text' && dialect.formula_guard) {
    return FORMULA_STARTS.test(text) && !HARMLESS.test(text) ? `'${text}` : text
  }
  if ((type === 'decimal' || type === 'float') && dialect.decimal === ',') {
    return text.replaceAll('.', ',')
  }
  if (!DATES.has(type)) return text
  return dialect.dates === 'locale' ? localised(text, dialect) : postgresTime(text)
}

function localised(text: string, { locale }: Dialect): string {
  const [, year, month, day, time] = TIMESTAMP.exec(text) ?? []
  if (year === undefined) return text
  const date = locale === 'en' ? `${month}/${day}/${year}` : `${day}/${month}/${year}`
  return time === undefined ? date : `${date} ${time}`
}

/** The API's times have a T and whole offsets, PostgreSQL's a space and no minutes that are none. */
function postgresTime(text: string): string {
  return text.replace('T', ' ').replace(/([+-]\d\d):00$/, '$1')
}

function quoted(text: string, { delimiter }: Dialect, isData: boolean): string {
  const isSpecial =
    text.includes(delimiter) || /["\r\n]/.test(text) || (isData && (text === '' || text === '\\.'))
  return isSpecial ? `"${text.replaceAll('"', '""')}"` : text
}
