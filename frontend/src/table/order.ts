/** The order that a click on a heading asks for. */
import type { SortKey } from '@/api/types'

export function orderOf(
  sort: readonly SortKey[],
  name: string,
): 'ascending' | 'descending' | undefined {
  const key = sort.find(({ column }) => column === name)
  return key && (key.descending ? 'descending' : 'ascending')
}

/**
 * Each click goes on: ascending, descending, the interface's own order again.
 *
 * @param isAdded whether the column joins those that the rows are sorted by already, and keeps its place among them.
 */
export function nextOrder(sort: readonly SortKey[], name: string, isAdded = false): SortKey[] {
  const order = orderOf(sort, name)
  const next = order === 'descending' ? [] : [{ column: name, descending: order === 'ascending' }]
  if (!isAdded) return next
  if (order === undefined) return [...sort, ...next]
  return sort.flatMap((key) => (key.column === name ? next : [key]))
}
