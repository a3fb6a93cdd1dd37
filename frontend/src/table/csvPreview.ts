/**
 * A few lines as the server would write them in a CSV, to show what a choice does.
 *
 * Every file comes from the server; a browser spec holds these lines against its own.
 */
import type { Cell, Column, Dialect, Row } from '@/api/types'
import type { ArrangedColumn } from './arrangement'

const FORMULA_STARTS = /^[=+\-@\t\r\n＝＋－＠]/
const NUMBER = '(?:[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?|[+][0-9][0-9 ().-]{4,}[0-9])'
const HARMLESS = new RegExp(`^${NUMBER}$`)
const BULLET = '[+-] [^=(|!,;\\t\\r\\n]*'
/** Types whose values hold no words, so that no spreadsheet could take one for a formula. */
const WORDLESS = new Set([
  ...['integer', 'decimal', 'float', 'boolean', 'date', 'time', 'timestamp', 'timestamptz'],
  ...['interval', 'uuid', 'bytes'],
])
const DATES = new Set(['date', 'timestamp', 'timestamptz'])
/** Days before Christ and after the year 9999 stay as they are. */
const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d:\d\d)(\.\d+)?[+\-\d:]*)?$/

export function csvPreview(
  rows: readonly Row[],
  columns: readonly ArrangedColumn[],
  dialect: Dialect,
  timeZone = '',
): string[] {
  const heading = columns.map(({ column }) =>
    quoted(headingOf(column, dialect, timeZone), dialect, false),
  )
  const lines = rows.map((row) =>
    columns.map(({ column, index }) => csvCell(row[index], column, dialect)),
  )
  return [heading, ...lines].map((line) => line.join(dialect.delimiter))
}

/** Local moments don't tell their zone. */
function headingOf({ label, type }: Column, { dates }: Dialect, timeZone: string): string {
  return type === 'timestamptz' && dates === 'locale' ? `${label} (${timeZone})` : label
}

/** NULL is nothing at all; the empty text is quoted. */
export function csvCell(value: Cell | undefined, column: Column, dialect: Dialect): string {
  if (value === null || value === undefined) return ''
  return quoted(csvText(String(value), column, dialect), dialect, true)
}

function csvText(text: string, { type }: Column, dialect: Dialect): string {
  if (!WORDLESS.has(type)) return dialect.formula_guard ? guarded(text, dialect) : text
  if ((type === 'decimal' || type === 'float') && dialect.decimal === ',') {
    return text.replaceAll('.', ',')
  }
  if (!DATES.has(type)) return text
  return dialect.dates === 'locale' ? localised(text, dialect) : postgresTime(text)
}

/** A part of a text begins a cell, too, for a spreadsheet that splits the file by another separator. */
function guarded(text: string, dialect: Dialect): string {
  const others = ',;|\t\r\n'.replace(dialect.delimiter, '')
  const plain = `"*(?:${NUMBER}[)\\]}]+|(?:${NUMBER}|${BULLET})[${others}"])`
  const within = new RegExp(`([${others}])(?="*[=+@\\-＝＋－＠])(?!${plain})`, 'g')
  const end = isQuoted(text, dialect, true) ? '"' : dialect.delimiter
  const made = (text + end).replace(within, "$1'").slice(0, -1)
  return FORMULA_STARTS.test(made) && !HARMLESS.test(made) ? `'${made}` : made
}

function localised(text: string, { locale, decimal }: Dialect): string {
  const [, year, month, day, time, fraction = ''] = TIMESTAMP.exec(text) ?? []
  if (year === undefined) return postgresTime(text)
  const date = locale === 'en' ? `${month}/${day}/${year}` : `${day}/${month}/${year}`
  return time === undefined ? date : `${date} ${time}${fraction.replace('.', decimal)}`
}

/** The API's times have a T and whole offsets, PostgreSQL's a space and no minutes that are none. */
function postgresTime(text: string): string {
  return text.replace('T', ' ').replace(/([+-]\d\d):00$/, '$1')
}

function quoted(text: string, dialect: Dialect, isData: boolean): string {
  return isQuoted(text, dialect, isData) ? `"${text.replaceAll('"', '""')}"` : text
}

function isQuoted(text: string, { delimiter }: Dialect, isData: boolean): boolean {
  const isSpecial = text.includes(delimiter) || /["\r\n]/.test(text)
  return isSpecial || (isData && (text === '' || text === '\\.'))
}
