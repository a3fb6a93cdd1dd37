/** Which columns of a result are shown, in which order, how wide: the definition's, and what the user changed. */
import type { Column } from '@/api/types'
import { own } from '@/criteria/fields'

/** Only what differs from the definition, so that a column added to it later finds its place. */
export interface Arrangement {
  /** Names, in the user's order; empty for the definition's. */
  order: string[]
  /** Columns shown or left out otherwise than the definition says. */
  shown: Record<string, boolean>
  /** In pixels, where the user set one. */
  widths: Record<string, number>
  /** Whether the first column stays in sight. */
  isFrozen: boolean
}

export interface ArrangedColumn {
  column: Column
  /** Where its cells stand in a row. */
  index: number
  isShown: boolean
}

export const MIN_WIDTH = 48
export const MAX_WIDTH = 1200

export function asDefined(): Arrangement {
  return { order: [], shown: {}, widths: {}, isFrozen: false }
}

export function isAsDefined({ order, shown, widths, isFrozen }: Arrangement): boolean {
  const changes = [order, Object.keys(shown), Object.keys(widths)]
  return !isFrozen && changes.every(({ length }) => length === 0)
}

/** Every column in the user's order, those left out too. */
export function arrange(columns: readonly Column[], arrangement: Arrangement): ArrangedColumn[] {
  const all = columns.map((column, index) => ({
    column,
    index,
    isShown: own(arrangement.shown, column.name) ?? !column.hidden,
  }))
  const place = new Map(
    orderNames(
      columns.map(({ name }) => name),
      arrangement.order,
    ).map((name, at) => [name, at]),
  )
  return all.sort((a, b) => (place.get(a.column.name) ?? 0) - (place.get(b.column.name) ?? 0))
}

/** The names in the user's order; one that the order doesn't know follows its neighbour in the definition. */
function orderNames(names: readonly string[], order: readonly string[]): string[] {
  const known = order.filter((name) => names.includes(name))
  for (const [at, name] of names.entries()) {
    if (known.includes(name)) continue
    const before = names[at - 1]
    known.splice(before === undefined ? 0 : known.indexOf(before) + 1, 0, name)
  }
  return known
}

/** Put one name at another place. */
export function moveName(names: readonly string[], name: string, to: number): string[] {
  const others = names.filter((other) => other !== name)
  others.splice(Math.max(0, Math.min(to, others.length)), 0, name)
  return others
}

export function boundedWidth(width: number): number {
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)))
}

/** Read an arrangement from text that anyone may have written; null when it isn't one. */
export function readArrangement(text: string | null): Arrangement | null {
  if (text === null) return null
  try {
    const read = JSON.parse(text) as Partial<Arrangement> | null
    if (!Array.isArray(read?.order)) return null
    return {
      order: read.order.filter((name) => typeof name === 'string'),
      shown: entriesOf(read.shown, (value) => typeof value === 'boolean'),
      widths: entriesOf(read.widths, (value) => Number.isFinite(value)),
      isFrozen: read.isFrozen === true,
    }
  } catch {
    return null
  }
}

function entriesOf<Value>(
  record: Record<string, Value> | undefined,
  fits: (value: Value) => boolean,
) {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([, value]) => fits(value)))
}
