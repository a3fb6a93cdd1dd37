/** Quantities: digits grouped as the language does, and not one of them lost to a float. */

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/

const formats = new Map<string, { group: Intl.NumberFormat; decimal: string }>()

function formatOf(locale: string) {
  let format = formats.get(locale)
  if (!format) {
    const group = new Intl.NumberFormat(locale, { useGrouping: true })
    const decimal = group.formatToParts(0.5).find((part) => part.type === 'decimal')?.value ?? '.'
    format = { group, decimal }
    formats.set(locale, format)
  }
  return format
}

export function formatQuantity(value: string | number, locale: string): string {
  const text = String(value)
  const match = PLAIN.exec(text)
  // NaN, Infinity and 1e+30 are shown as they came.
  if (!match) return text
  const [, sign = '', whole = '', fraction] = match
  const { group, decimal } = formatOf(locale)
  const grouped = group.format(whole.length < 16 ? Number(whole) : BigInt(whole))
  return sign + grouped + (fraction === undefined ? '' : decimal + fraction)
}
