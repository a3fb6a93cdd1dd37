/** Cells as the clipboard carries them: values as they are, tabs between columns, a line for each row. */
import type { Cell, Column } from '@/api/types'

/** A value as it can be pasted elsewhere: not grouped, not translated; NULL and the empty text are both empty. */
export function plainText(value: Cell | undefined, column: Column): string {
  if (value === null || value === undefined) return ''
  const text = String(value)
  if (!column.split) return text
  const parts = text.split(column.split).map((part) => part.trim())
  return parts.filter((part) => part !== '').join(', ')
}

/** What a spreadsheet begins a formula with, full-width forms included. */
const START = /(^)(?=[=+\-@\t\r\n＝＋－＠])/g
const ANYWHERE = /(^|[\t\r\n])(?=[=+\-@\t\r\n＝＋－＠])/g
/** No formulas: a signed number, an international phone number. */
const HARMLESS = /^(?:[+-]?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?|\+\d[\d ().-]{4,}\d)(?=[\t\r\n]|$)/i
/** A value that is no number and calls nothing, such as a handle; it may be pasted anywhere but into a spreadsheet. */
const NAME = /^[@+-][\p{L}\p{N}_. \r\n-]*$/u

/**
 * One cell goes as it is; several are quoted where they need to be, as spreadsheets read them.
 *
 * A text that a spreadsheet would run gets an apostrophe in front, as in a CSV. One cell alone is
 * pasted into forms and mails as well: there a name such as "@handle" stays what it is.
 */
export function toTabText(rows: readonly (readonly string[])[]): string {
  const [first = []] = rows
  if (rows.length === 1 && first.length === 1) return singleText(first[0] ?? '')
  return rows.map((row) => row.map((text) => quoted(harmless(text, START))).join('\t')).join('\n')
}

/** One value as it goes to the clipboard alone. */
export function singleText(text: string): string {
  return NAME.test(text) ? text : harmless(text)
}

/** A tab or a line's end begins a cell as well, where no quotes keep a spreadsheet from taking the text apart. */
export function harmless(text: string, starts = ANYWHERE): string {
  return text.replace(starts, (_, before: string, at: number) =>
    HARMLESS.test(text.slice(at + before.length)) ? before : `${before}'`,
  )
}

function quoted(text: string): string {
  return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
