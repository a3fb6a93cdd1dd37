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

/** One cell goes as it is; several are quoted where they need to be, as spreadsheets read them. */
export function toTabText(rows: readonly (readonly string[])[]): string {
  const [first = []] = rows
  if (rows.length === 1 && first.length === 1) return first[0] ?? ''
  return rows.map((row) => row.map((text) => quoted(text)).join('\t')).join('\n')
}

function quoted(text: string): string {
  return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
