/** The cells that the user selected in the table, by keys or by the pointer, and copying them. */
import { computed, shallowRef, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Row } from '@/api/types'
import type { ArrangedColumn } from '@/table/arrangement'
import { copyText } from '@/table/clipboard'
import {
  between,
  HEADING,
  sizeOf,
  type Position,
  type Selection,
  type Size,
} from '@/table/selection'
import { plainText, toTabText } from '@/table/tabText'
import { useAnnouncer } from '@/composables/app/useAnnouncer'
import { useFormat } from '@/composables/format/useFormat'

export function useSelection(rows: () => readonly Row[], columns: () => readonly ArrangedColumn[]) {
  /** The cell that keys start from; in the row HEADING, a heading. */
  const active = shallowRef<Position | null>(null)
  /** The opposite corner of what is selected. */
  const anchor = shallowRef<Position | null>(null)

  const selection = computed<Selection | null>(() => {
    if (!active.value || active.value.row === HEADING) return null
    return between(anchor.value ?? active.value, active.value)
  })
  const size = computed(() => selection.value && sizeOf(selection.value))

  function go(to: Position, isExtended = false) {
    if (!isExtended) anchor.value = null
    else anchor.value ??= active.value?.row === HEADING ? to : active.value
    active.value = to
  }

  function selectAll() {
    anchor.value = { row: 0, column: 0 }
    active.value = { row: rows().length - 1, column: columns().length - 1 }
  }

  function clear() {
    active.value = null
    anchor.value = null
  }

  // Other rows, other columns: what was selected is no longer there.
  watch(
    [
      rows,
      () =>
        columns()
          .map(({ index }) => index)
          .join(),
    ],
    clear,
  )

  return {
    active,
    selection,
    size,
    go,
    selectAll,
    clear,
    copying: useCopying({ rows, columns, active, selection, size }),
  }
}

interface Selected {
  rows: () => readonly Row[]
  columns: () => readonly ArrangedColumn[]
  active: Ref<Position | null>
  selection: Ref<Selection | null>
  size: Ref<Size | null>
}

/** What is selected as text, for the clipboard. */
function useCopying({ rows, columns, active, selection, size }: Selected) {
  const { t } = useI18n()
  const { number } = useFormat()
  const { announce } = useAnnouncer()

  function textOf({ firstRow, lastRow, firstColumn, lastColumn }: Selection): string {
    const copied = columns().slice(firstColumn, lastColumn + 1)
    return toTabText(
      rows()
        .slice(firstRow, lastRow + 1)
        .map((row) => copied.map(({ column, index }) => plainText(row[index], column))),
    )
  }

  /** What Ctrl+C takes: the selected cells, or the heading that the user is at. */
  function selectedText(): string | null {
    if (selection.value) return textOf(selection.value)
    return active.value ? (columns()[active.value.column]?.column.label ?? null) : null
  }

  function announceCopied() {
    const { rows: tall, columns: wide } = size.value ?? { rows: 1, columns: 1 }
    announce(t('table.copied', { count: number(tall * wide) }, tall * wide))
  }

  async function copy() {
    const text = selectedText()
    if (text !== null && (await copyText(text))) announceCopied()
  }

  /** The selected rows with all columns shown. */
  async function copyRows() {
    if (!selection.value) return
    const { firstRow, lastRow } = selection.value
    const text = textOf({ firstRow, lastRow, firstColumn: 0, lastColumn: columns().length - 1 })
    const count = lastRow - firstRow + 1
    if (await copyText(text)) announce(t('table.copiedRows', { count: number(count) }, count))
  }

  return { selectedText, announceCopied, copy, copyRows }
}

export type TableSelection = ReturnType<typeof useSelection>
