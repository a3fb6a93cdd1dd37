/** Values typed or pasted one to a line, as a column copied from a spreadsheet arrives. */

export interface Lines {
  values: string[]
  duplicates: number
  blanks: number
}

export function parseLines(text: string): Lines {
  const values = new Set<string>()
  let duplicates = 0
  let blanks = 0
  const lines = text.split(/\r\n|\r|\n/)
  // A copied column ends in a line break: what follows the last one is not a blank line of the user's.
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  for (const line of lines) {
    const value = line.trim()
    if (value === '') blanks++
    else if (values.has(value)) duplicates++
    else values.add(value)
  }
  return { values: [...values], duplicates, blanks: text === '' ? 0 : blanks }
}
