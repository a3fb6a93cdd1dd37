/** What a row is called: its first text, else its key. */
import type { Row } from '@/api/types'
import type { ArrangedColumn } from './arrangement'

export function rowTitle(
  row: Row,
  columns: readonly ArrangedColumn[],
  key: readonly string[],
): string | null {
  const isText = ({ column }: ArrangedColumn) => column.type === 'text' && !column.split
  const [text] = textsOf(row, columns.filter(isText))
  if (text !== undefined) return text
  const keys = textsOf(
    row,
    columns.filter(({ column }) => key.includes(column.name)),
  )
  return keys.length > 0 ? keys.join(' · ') : null
}

function textsOf(row: Row, columns: readonly ArrangedColumn[]): string[] {
  return columns.map(({ index }) => String(row[index] ?? '').trim()).filter((text) => text !== '')
}
