/** How wide columns are, and how much of a cell fits: reckoned, because measuring each cell is slow. */
import type { Column, Row } from '@/api/types'
import { cellContent, type Content, type Part, type DisplayFormat } from './content'

const CELL_PADDING = 24
/** Labels are written bolder than cells. */
const LABEL_SCALE = 1.05
/** A text that fits to the pixel is clipped by a fraction of one. */
const SPARE = 4
/** Chips are written smaller than the text around them. */
const CHIP_SCALE = 0.93
const CHIP_PADDING = 16
const CHIP_GAP = 4
const MORE_WIDTH = 30
const SORT_MARK = 20
const MIN_WIDTH = 72
const MAX_WIDTH = 380
const SAMPLE_ROWS = 200
/** Beyond this many characters a text is wider than any column. */
const MAX_MEASURED = 120

export type Measure = (text: string) => number

/** About right for the page's font, where there is no canvas to measure on. */
export const measureByLength: Measure = (text) => text.length * 7.1

export function createMeasure(font: string): Measure {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return measureByLength
  context.font = font
  return (text) => context.measureText(text).width
}

/** A column of the table: where its cells stand in a row, and how wide they are. */
export interface DrawnColumn {
  column: Column
  index: number
}

export interface SizedColumn extends DrawnColumn {
  /** In pixels. */
  width: number
}

/** As many rows from all over the table: the first ones are often alike. */
function spread(rows: readonly Row[], size: number): readonly Row[] {
  const step = Math.max(1, Math.floor(rows.length / size))
  return rows.filter((_, at) => at % step === 0)
}

/** Columns as wide as their label and the widest of some of their cells need, within bounds. */
export function withWidths(
  columns: readonly DrawnColumn[],
  rows: readonly Row[],
  display: DisplayFormat,
  measure: Measure,
): SizedColumn[] {
  const sample = spread(rows, SAMPLE_ROWS)
  return columns.map(({ column, index }) => {
    const widest = widestCell(column, index, sample, display, measure)
    const wanted = Math.max(measure(column.label) * LABEL_SCALE + SORT_MARK, widest)
    const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, wanted + CELL_PADDING + SPARE))
    return { column, index, width: Math.round(width) }
  })
}

function widestCell(
  column: Column,
  index: number,
  rows: readonly Row[],
  display: DisplayFormat,
  measure: Measure,
): number {
  let longest: Content | null = null
  let length = -1
  for (const row of rows) {
    const content = cellContent(row[index], column, display)
    const size =
      content.kind === 'null'
        ? 4
        : content.kind === 'chips'
          ? chipsLength(content.parts)
          : content.text.length
    if (size > length) {
      longest = content
      length = size
    }
  }
  return longest ? contentWidth(longest, measure) : 0
}

function chipsLength(parts: readonly Part[]): number {
  return parts.reduce((sum, { text }) => sum + (text ?? 'null').length + 3, 0)
}

export function contentWidth(content: Content, measure: Measure): number {
  if (content.kind === 'null') return measure('null')
  if (content.kind !== 'chips') return measure(content.text.slice(0, MAX_MEASURED))
  return content.parts.reduce((sum, part) => sum + chipWidth(part, measure), -CHIP_GAP)
}

function chipWidth({ text }: Part, measure: Measure): number {
  return measure(text ?? 'null') * CHIP_SCALE + CHIP_PADDING + CHIP_GAP
}

/** How many chips fit in a column, leaving room for the `+3` when they don't all. */
export function chipsThatFit(
  parts: readonly Part[],
  columnWidth: number,
  measure: Measure,
): number {
  const room = columnWidth - CELL_PADDING
  let used = -CHIP_GAP
  for (const [at, part] of parts.entries()) {
    used += chipWidth(part, measure)
    const isLast = at === parts.length - 1
    if (used + (isLast ? 0 : CHIP_GAP + MORE_WIDTH) > room) return Math.max(1, at)
  }
  return parts.length
}

/** Whether even one chip alone is wider than its column; null takes as little room as a word. */
export function isChipClipped(
  part: Part | undefined,
  columnWidth: number,
  measure: Measure,
): boolean {
  return part !== undefined && chipWidth(part, measure) - CHIP_GAP > columnWidth - CELL_PADDING
}

/** Whether a text is longer than its column, so that the cell offers to read it whole. */
export function isClipped(text: string, columnWidth: number, measure: Measure): boolean {
  if (text.includes('\n')) return true
  if (text.length * 4 < columnWidth - CELL_PADDING) return false
  return measure(text.slice(0, MAX_MEASURED)) > columnWidth - CELL_PADDING
}
