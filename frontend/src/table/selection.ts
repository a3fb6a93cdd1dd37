/** Which cells of the table are selected, and where a key leads. Rows and columns are counted as shown. */

/** The row of the headings. */
export const HEADING = -1

export interface Position {
  row: number
  column: number
}

/** A rectangle of cells; both ends belong to it. */
export interface Selection {
  firstRow: number
  lastRow: number
  firstColumn: number
  lastColumn: number
}

export interface Size {
  rows: number
  columns: number
}

export function between(a: Position, b: Position): Selection {
  return {
    firstRow: Math.min(a.row, b.row),
    lastRow: Math.max(a.row, b.row),
    firstColumn: Math.min(a.column, b.column),
    lastColumn: Math.max(a.column, b.column),
  }
}

export function sizeOf({ firstRow, lastRow, firstColumn, lastColumn }: Selection): Size {
  return { rows: lastRow - firstRow + 1, columns: lastColumn - firstColumn + 1 }
}

/**
 * Where a key leads from a cell, or null when it leads nowhere.
 *
 * @param isFar with Ctrl or Cmd: to the edge.
 * @param topRow the first row that can be reached; HEADING when the headings can.
 */
export function afterKey(
  { row, column }: Position,
  key: string,
  { isFar, pageRows, topRow }: { isFar: boolean; pageRows: number; topRow: number },
  size: Size,
): Position | null {
  const last = { row: size.rows - 1, column: size.columns - 1 }
  const step = (by: number, edge: number) => (isFar ? edge : by)
  const aimed = (() => {
    switch (key) {
      case 'ArrowUp':
        return { row: step(row - 1, topRow), column }
      case 'ArrowDown':
        return { row: step(row + 1, last.row), column }
      case 'ArrowLeft':
        return { row, column: step(column - 1, 0) }
      case 'ArrowRight':
        return { row, column: step(column + 1, last.column) }
      case 'PageUp':
        return { row: Math.max(0, row - pageRows), column }
      case 'PageDown':
        return { row: row + pageRows, column }
      case 'Home':
        return { row: isFar ? 0 : row, column: 0 }
      case 'End':
        return { row: isFar ? last.row : row, column: last.column }
      default:
        return null
    }
  })()
  return (
    aimed && {
      row: clamp(aimed.row, topRow, last.row),
      column: clamp(aimed.column, 0, last.column),
    }
  )
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}
