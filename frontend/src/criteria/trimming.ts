/** What a value is freed of: the server's rules (`value_lists/trimming.py`), held to them by one table of tests. */

/** Nobody sees them: soft hyphen, zero width space, marks of direction, word joiner, byte-order mark. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g
/** Spaces, and at the ends joiners of letters too. */
const SPACE = String.raw`\s\u001c-\u001f\u0085`
const PLAIN_ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'g')
const ENDS = new RegExp(`^[${SPACE}\u200c\u200d]+|[${SPACE}\u200c\u200d]+$`, 'g')
// eslint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007f]*$/

export function trim(text: string): string {
  let value = text.replace(PLAIN_ENDS, '')
  if (!ASCII.test(value)) value = value.replace(INVISIBLE, '').replace(ENDS, '').normalize('NFC')
  if (value.startsWith('="') && value.endsWith('"') && value.length > 2) {
    return trim(value.slice(2, -1).replaceAll('""', '"'))
  }
  return value
}

const CHARACTER = String.raw`[^\s@<>;,:"()\[\]?=|“”„«»‹›]`
const ADDRESS = String.raw`(?<!${CHARACTER})${CHARACTER}+@${CHARACTER}+\.${CHARACTER}+`
const WHOLE = new RegExp(`^${ADDRESS}$`)
const EACH = new RegExp(ADDRESS, 'g')
const ANGLED = /<\s*(?:mailto:)?([^<>\s@]+@[^<>\s]+)\s*>/gi
const ENTRIES = /(?:"[^"]*"|[^;\n\r])+/g
const PIECES = /(?:"[^"]*"|[^,])+/g
const LEADING = new RegExp(String.raw`^(?:[^@]*[:(\["'“„«=|<>])?\s*${ADDRESS}`)
const BESIDE = /^[\s'"]*(?:\([^()]*\))?[\s'"]*$/

/** The addresses of a trimmed text as mail programs copy it, `Name <a@b>; …`; what is none stays as it is. */
export function addresses(text: string): string[] {
  if (!text.includes('@')) return text ? [text] : []
  if (WHOLE.test(text) && !text.startsWith("'") && !/['.]$/.test(text)) return [text]
  return (text.match(ENTRIES) ?? []).flatMap((entry) => entryOf(trim(entry))).filter(Boolean)
}

/** What stands between two semicolons. */
function entryOf(entry: string): string[] {
  const found: string[] = []
  let end = 0
  for (const angled of entry.matchAll(ANGLED)) {
    const before = entry.slice(end, angled.index).match(PIECES) ?? []
    found.push(...before.slice(0, -1).flatMap(bare), angled[1] ?? '')
    end = angled.index + angled[0].length
  }
  for (const piece of entry.slice(end).match(PIECES) ?? []) {
    const plain = bare(piece)
    if (plain.length > 0) found.push(...plain)
    else if (end === 0 || !BESIDE.test(piece)) found.push(trim(piece))
  }
  return found.some((one) => one.includes('@')) ? found : [entry]
}

/** Addresses without a name; of words before one it isn't known whether they belong to it. */
function bare(piece: string): string[] {
  if (!LEADING.test(piece)) return []
  return (piece.match(EACH) ?? []).map((one) => one.replace(/^'+|'+$/g, '').replace(/\.+$/, ''))
}
