/** Rows as text to look in: what is shown of each, and the value itself, without accents and capitals. */
import type { Row } from '@/api/types'
import { cellContent, type Content, type DisplayFormat } from '@/cells/content'
import { fold } from '@/criteria/highlight'
import type { ArrangedColumn } from './arrangement'

/** No word that is looked for reaches from one cell into the next. */
const BETWEEN = '\u0001'
/** As long as the page may be kept from painting the next frame. */
const SLICE_MS = 10
const ROWS_AT_ONCE = 50

export function rowText(
  row: Row,
  columns: readonly ArrangedColumn[],
  display: DisplayFormat,
): string {
  const texts = columns.map(({ column, index }) =>
    contentText(cellContent(row[index], column, display)),
  )
  return fold(texts.join(BETWEEN))
}

function contentText(content: Content): string {
  switch (content.kind) {
    case 'null':
      return ''
    case 'chips':
      return content.parts.map(({ text }) => text ?? '').join(BETWEEN)
    default:
      return content.text === content.raw ? content.raw : content.text + BETWEEN + content.raw
  }
}

/** The text of every row, made in slices between which the page can paint; null when it was called off. */
export async function rowTexts(
  rows: readonly Row[],
  columns: readonly ArrangedColumn[],
  display: DisplayFormat,
  signal: AbortSignal,
): Promise<string[] | null> {
  const texts: string[] = []
  let began = performance.now()
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    for (const row of rows.slice(at, at + ROWS_AT_ONCE)) texts.push(rowText(row, columns, display))
    if (performance.now() - began < SLICE_MS) continue
    await new Promise((resolve) => setTimeout(resolve))
    if (signal.aborted) return null
    began = performance.now()
  }
  return texts
}

/** The words that a filter looks for, as row texts have them. */
export function wordsOf(typed: string): string[] {
  return fold(typed).split(/\s+/).filter(Boolean)
}

/** Whether what a cell shows, or its value, holds one of the words. */
export function holdsWord(content: Content, words: readonly string[]): boolean {
  const text = fold(contentText(content))
  return words.some((word) => text.includes(word))
}

/** Where the rows are that hold every word, wherever in the row. */
export function placesWith(texts: readonly string[], typed: string): number[] {
  const words = wordsOf(typed)
  return texts.flatMap((text, at) => (words.every((word) => text.includes(word)) ? [at] : []))
}
