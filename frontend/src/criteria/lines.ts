/** Values typed or pasted one to a line, as a column copied from a spreadsheet arrives. */
import { addresses, trim } from './trimming'

export interface Lines {
  values: string[]
  duplicates: number
  blanks: number
}

/** Of addresses a line may have several, with names, as mail programs copy them. */
export function parseLines(text: string, ofAddresses = false): Lines {
  const values = new Set<string>()
  let duplicates = 0
  let blanks = 0
  const lines = text.split(/\r\n|\r|\n/)
  // A copied column ends in a line break: what follows the last one is not a blank line of the user's.
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  for (const line of lines) {
    const trimmed = trim(line)
    const each = ofAddresses ? addresses(trimmed) : trimmed ? [trimmed] : []
    if (each.length === 0) blanks++
    for (const value of each) {
      if (values.has(value)) duplicates++
      else values.add(value)
    }
  }
  return { values: [...values], duplicates, blanks: text === '' ? 0 : blanks }
}
