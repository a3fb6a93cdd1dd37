/**
 * Numbers as people type them, read without ever passing through a float.
 *
 * The form keeps the canonical text (`-1234.50`), whichever language it was typed in.
 */

interface Marks {
  decimal: string
  group: string
}

const CANONICAL = /^-?\d+(\.\d+)?$/

export function isCanonicalNumber(text: string): boolean {
  return CANONICAL.test(text.trim())
}

function marksOf(locale: string): Marks {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.8)
  const find = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return { decimal: find('decimal'), group: find('group') }
}

/** The canonical text of a typed number, or null when it isn't one. */
export function parseNumber(text: string, locale: string): string | null {
  const { decimal, group } = marksOf(locale)
  // Any space groups, as does an apostrophe; a minus sign may be the typographic one.
  const plain = text
    .trim()
    .replace(/[\s'’]/g, '')
    .replace('−', '-')
    .replace(/^\+/, '')
  const digits = isGrouped(plain, group) ? plain.replaceAll(group, '') : plain
  const canonical = digits
    .replace(decimal, '.')
    .replace(/,(?=\d+$)/, '.')
    .replace(/^(-?)\./, '$10.')
  return CANONICAL.test(canonical) ? canonical : null
}

/** Whether the group mark stands where thousands are: `1,5` in English is a decimal comma, not a group. */
function isGrouped(text: string, group: string): boolean {
  if (group !== ',' && group !== '.') return false
  return new RegExp(`^-?\\d{1,3}(\\${group}\\d{3})+(?!\\d|\\${group})`).test(text)
}

/** A canonical number with the decimal mark of the language, for the input. */
export function displayNumber(canonical: string, locale: string): string {
  return isCanonicalNumber(canonical) ? canonical.replace('.', marksOf(locale).decimal) : canonical
}
