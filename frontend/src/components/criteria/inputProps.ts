/** What every criterion's input is given by its frame. */
import type { Criterion } from '@/api/types'

export interface InputProps {
  criterion: Criterion
  /** The id of the (first) input; the frame's label has the same with `-label` behind it. */
  inputId: string
  /** Ids of the help and the error, for those who don't see where they stand. */
  describedBy?: string
  isInvalid: boolean
}
