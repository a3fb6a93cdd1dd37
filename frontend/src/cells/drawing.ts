/** A cell as the table draws it: its content, and what of it does not fit. */
import type { Row } from '@/api/types'
import { cellContent, type Content, type Part, type DisplayFormat } from './content'
import { fold } from '@/criteria/highlight'
import { chipsThatFit, isChipClipped, isClipped, type Measure, type SizedColumn } from './widths'

/** Characters before a word that is looked for, where a text is too long to be shown from its beginning. */
const CONTEXT = 12

export type Drawing =
  | { kind: 'null' }
  /** `title` is the value itself, where what is shown says less: a time without its microseconds. */
  | { kind: 'text'; text: string; title: string | undefined }
  | { kind: 'long'; text: string; whole: Part[] }
  | { kind: 'link'; text: string; href: string }
  /** `isCut` where even the one that is shown is too wide. */
  | { kind: 'chips'; shown: Part[]; hidden: number; isCut: boolean; whole: Part[] }

/** Draw a cell; with words that are looked for, so that one of them is in sight. */
export function drawCell(
  row: Row,
  { column, index, width }: SizedColumn,
  display: DisplayFormat,
  measure: Measure,
  words: readonly string[] = [],
): Drawing {
  return drawContent(cellContent(row[index], column, display), width, measure, words)
}

function drawContent(
  content: Content,
  width: number,
  measure: Measure,
  words: readonly string[],
): Drawing {
  switch (content.kind) {
    case 'null':
      return content
    case 'link':
      return content
    case 'chips': {
      const parts = wantedFirst(content.parts, words)
      const fit = chipsThatFit(parts, width, measure)
      return {
        kind: 'chips',
        shown: parts.slice(0, fit),
        hidden: parts.length - fit,
        isCut: fit === 1 && isChipClipped(parts[0], width, measure),
        whole: content.parts,
      }
    }
    case 'text': {
      const { text, raw } = content
      if (isClipped(text, width, measure)) {
        return { kind: 'long', text: fromWanted(text, words), whole: [{ text: raw, href: null }] }
      }
      return { kind: 'text', text, title: text === raw ? undefined : raw }
    }
  }
}

function wantedFirst(parts: readonly Part[], words: readonly string[]): Part[] {
  const isWanted = ({ text }: Part) => holds(text ?? '', words) !== -1
  return words.length === 0
    ? [...parts]
    : [...parts.filter(isWanted), ...parts.filter((part) => !isWanted(part))]
}

/** A long text from shortly before the first word that is looked for; places are as good as folding leaves them. */
function fromWanted(text: string, words: readonly string[]): string {
  const at = holds(text, words)
  return at > 2 * CONTEXT ? `…${text.slice(at - CONTEXT)}` : text
}

function holds(text: string, words: readonly string[]): number {
  const folded = fold(text)
  const places = words.map((word) => folded.indexOf(word)).filter((at) => at !== -1)
  return places.length > 0 ? Math.min(...places) : -1
}
