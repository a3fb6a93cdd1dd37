/**
 * A light result in another order, without asking for it again: by the type of the column, and texts
 * as the reader's language has them.
 *
 * NULLs come last either way, as in files. What only the database can put in order is left to it:
 * types such as intervals and ranges, and columns with a value that has no place here (infinity, NaN,
 * years before Christ).
 */
import type { Cell, Column, ColumnType, Row, SortKey } from '@/api/types'

type Compare = (a: string, b: string) => number

interface Kind {
  /** What a value must look like to be compared here. */
  reads: RegExp
  compare: (locale: string) => Compare
}

const NUMBER: Kind = { reads: /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i, compare: () => byNumber }
const WORD: Kind = { reads: /^/, compare: byLanguage }
const CODE: Kind = { reads: /^/, compare: () => byCode }
const DAY: Kind = { reads: /^\d{4}-\d\d-\d\d(T[\d:.]+)?$/, compare: () => byCode }
const INSTANT: Kind = { reads: /^\d{4}-.*(Z|[+-]\d\d(:\d\d)?)$/, compare: () => byInstant }

const KINDS: Partial<Record<ColumnType, Kind>> = {
  text: WORD,
  integer: NUMBER,
  decimal: NUMBER,
  float: NUMBER,
  boolean: CODE,
  date: DAY,
  timestamp: DAY,
  timestamptz: INSTANT,
  uuid: CODE,
}

/** The rows in the order of the keys; null where only the database can tell it. */
export function sortedRows(
  rows: readonly Row[],
  columns: readonly Column[],
  keys: readonly SortKey[],
  locale: string,
): Row[] | null {
  const orders = keys.map((key) => orderOf(rows, columns, key, locale))
  if (!orders.every((order) => order !== null)) return null
  const places = rows.map((_, at) => at)
  places.sort((a, b) => {
    for (const order of orders) {
      const found = order(a, b)
      if (found !== 0) return found
    }
    return a - b
  })
  return places.map((at) => rows[at] ?? [])
}

/** How two rows, by their places, stand to each other by one key. */
function orderOf(
  rows: readonly Row[],
  columns: readonly Column[],
  { column, descending }: SortKey,
  locale: string,
): ((a: number, b: number) => number) | null {
  const index = columns.findIndex(({ name }) => name === column)
  const kind = KINDS[columns[index]?.type ?? 'other']
  if (!kind) return null
  const texts = rows.map((row) => textOf(row[index]))
  if (texts.some((text) => text !== null && !kind.reads.test(text))) return null
  const compare = kind.compare(locale)
  const sign = descending ? -1 : 1
  return (a, b) => {
    const [left, right] = [texts[a] ?? null, texts[b] ?? null]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    return sign * compare(left, right)
  }
}

function textOf(value: Cell | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function byLanguage(locale: string): Compare {
  return new Intl.Collator(locale).compare
}

/** By their floats; where these are the same, digit by digit. */
function byNumber(a: string, b: string): number {
  return Number(a) - Number(b) || (a === b ? 0 : byDigits(a, b))
}

function byDigits(a: string, b: string): number {
  if (/e/i.test(a + b)) return 0
  const [[left, leftFraction = ''], [right, rightFraction = '']] = [a, b].map((text) =>
    text.split('.'),
  ) as [[string, string?], [string, string?]]
  const places = Math.max(leftFraction.length, rightFraction.length)
  const first = BigInt(left + leftFraction.padEnd(places, '0'))
  const second = BigInt(right + rightFraction.padEnd(places, '0'))
  return first < second ? -1 : first > second ? 1 : 0
}

/** The offset of a zone changes with the season: the instants count, to the millisecond, then the rest. */
function byInstant(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b) || byCode(fraction(a), fraction(b))
}

function fraction(instant: string): string {
  return /\.(\d+)/.exec(instant)?.[1]?.padEnd(6, '0') ?? '000000'
}
