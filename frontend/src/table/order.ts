/** The order that a click on a heading asks for. */
import type { SortKey } from '@/api/types'

export function orderOf(
  sort: readonly SortKey[],
  name: string,
): 'ascending' | 'descending' | undefined {
  const key = sort.find(({ column }) => column === name)
  return key && (key.descending ? 'descending' : 'ascending')
}

/** Each click goes on: ascending, descending, the interface's own order again. */
export function nextOrder(sort: readonly SortKey[], name: string): SortKey[] {
  const order = orderOf(sort, name)
  return order === 'descending' ? [] : [{ column: name, descending: order === 'ascending' }]
}
