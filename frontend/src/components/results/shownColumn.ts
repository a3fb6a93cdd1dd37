import type { Column } from '@/api/types'

/** A column as the table draws it. */
export interface ShownColumn {
  column: Column
  /** Where its cell stands in a row of the answer. */
  index: number
  /** In pixels. */
  width: number
}
