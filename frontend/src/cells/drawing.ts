/** A cell as the table draws it: its content, and what of it does not fit. */
import type { Row } from '@/api/types'
import { cellContent, type Content, type Part, type DisplayFormat } from './content'
import { chipsThatFit, isClipped, type Measure, type SizedColumn } from './widths'

export type Drawing =
  | { kind: 'null' }
  /** `title` is the value itself, where what is shown says less: a time without its microseconds. */
  | { kind: 'text'; text: string; title: string | undefined }
  | { kind: 'long'; text: string; whole: string[] }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'chips'; shown: Part[]; hidden: number; whole: string[] }

export function drawCell(
  row: Row,
  { column, index, width }: SizedColumn,
  display: DisplayFormat,
  measure: Measure,
): Drawing {
  return drawContent(cellContent(row[index], column, display), width, display, measure)
}

function drawContent(
  content: Content,
  width: number,
  display: DisplayFormat,
  measure: Measure,
): Drawing {
  switch (content.kind) {
    case 'null':
      return content
    case 'link':
      return content
    case 'chips': {
      const fit = chipsThatFit(content.parts, width, measure)
      return {
        kind: 'chips',
        shown: content.parts.slice(0, fit),
        hidden: content.parts.length - fit,
        whole: content.parts.map(({ text }) => text ?? display.null),
      }
    }
    case 'text': {
      const { text, raw } = content
      if (isClipped(text, width, measure)) return { kind: 'long', text, whole: [raw] }
      return { kind: 'text', text, title: text === raw ? undefined : raw }
    }
  }
}
