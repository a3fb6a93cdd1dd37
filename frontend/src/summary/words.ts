/** What a bar stands for, in the reader's language. */
import type { Bucket, ColumnSummary } from '@/api/types'
import type { DisplayFormat } from '@/cells/content'
import { formatQuantity } from '@/cells/quantities'
import { formatDate } from '@/cells/temporal'
import type { Bar } from './picked'

/** The ends of fractions are reckoned, and as long as reckoning makes them. */
const SIGNIFICANT_DIGITS = 6

export function barText({ type }: ColumnSummary, bar: Bar, display: DisplayFormat): string {
  if (bar.bucket) return bucketText(bar.bucket, display.locale)
  if (type !== 'boolean') return bar.value
  return bar.value === 'true' ? display.yes : display.no
}

function bucketText({ from, to }: Bucket, locale: string): string {
  const [start, end] = [endText(from, locale), endText(to, locale)]
  return start === end ? start : `${start} – ${end}`
}

export function endText(end: number | string, locale: string): string {
  if (typeof end === 'string' && /^\d{4}-/.test(end)) return formatDate(end, locale)
  if (typeof end === 'number' && !Number.isInteger(end)) {
    return new Intl.NumberFormat(locale, {
      maximumSignificantDigits: SIGNIFICANT_DIGITS,
    }).format(end)
  }
  return formatQuantity(end, locale)
}
