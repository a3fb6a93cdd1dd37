/** Which record a row is of: the key of the record, as it stands in an address. */
import type { Column, Row } from '@/api/types'

/** The key of a row; null where the row lacks a part of it. */
export function keyOf(
  row: Row,
  columns: readonly Column[],
  names: readonly string[],
): string | null {
  const parts = names.map((name) => row[columns.findIndex((column) => column.name === name)])
  if (parts.some((part) => part === null || part === undefined)) return null
  return parts.map((part) => String(part).replace(/[%,/]/g, encodeURIComponent)).join(',')
}

/** What the user is about to do with a record. */
export type RecordTask = { what: 'create' } | { what: 'edit' | 'delete'; key: string }
