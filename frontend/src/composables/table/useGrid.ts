/**
 * Keys and the pointer in the table: going from cell to cell, selecting, copying, opening.
 *
 * The focus stays on the table itself, which names the cell that the user is at: a cell may leave the
 * document while it is scrolled away, and would take the focus with it.
 */
import { onScopeDispose, ref } from 'vue'
import { afterKey, HEADING, type Position, type Size } from '@/table/selection'
import type { TableSelection } from './useSelection'

const MOVES = /^(Arrow|Page|Home$|End$)/

interface Grid {
  size: () => Size
  pageRows: () => number
  reveal: (position: Position) => void
  /** Do what the cell or the heading is for; with Shift, a heading joins those that the rows are sorted by. */
  activate: (position: Position, isAdded: boolean) => void
  openDetails: () => void
  /** Change the record of the row that the user is at, or delete it; nothing where it can't be. */
  edit: () => void
  remove: () => void
  /** Make a column wider by one step, or narrower. */
  resize: (column: number, by: 1 | -1) => void
}

export function useGrid(selection: TableSelection, grid: Grid) {
  const { active } = selection
  const isDragging = ref(false)
  let isPressed = false

  function onFocus(event: FocusEvent) {
    const isByKeyboard = (event.currentTarget as HTMLElement).matches(':focus-visible')
    if (isByKeyboard && !active.value && !isPressed) go({ row: 0, column: 0 })
  }

  function go(to: Position, isExtended = false) {
    selection.go(to, isExtended)
    grid.reveal(to)
  }

  function onKeydown(event: KeyboardEvent) {
    if (event.altKey) return
    if (event.target !== event.currentTarget) {
      // What stands in a cell has keys of its own; those that move lead on from it.
      if (!MOVES.test(event.key)) return
      ;(event.currentTarget as HTMLElement).focus()
    }
    if (handle(event)) event.preventDefault()
  }

  function handle(event: KeyboardEvent): boolean {
    const isFar = event.ctrlKey || event.metaKey
    if (isFar && event.key === 'a') {
      selection.selectAll()
      return true
    }
    const at = active.value ?? { row: 0, column: 0 }
    if (event.key === 'Enter') grid.activate(at, event.shiftKey)
    else if (event.key === ' ' && at.row !== HEADING) grid.openDetails()
    else if (event.key === 'F2' && at.row !== HEADING) grid.edit()
    else if (event.key === 'Delete' && at.row !== HEADING) grid.remove()
    else if (event.key === 'Escape' && active.value) selection.clear()
    else if (at.row === HEADING && event.shiftKey) return resize(at.column, event.key)
    else return move(at, event.key, isFar, event.shiftKey)
    return true
  }

  function resize(column: number, key: string): boolean {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return false
    grid.resize(column, key === 'ArrowRight' ? 1 : -1)
    return true
  }

  function move(from: Position, key: string, isFar: boolean, isExtended: boolean): boolean {
    const reach = { isFar, pageRows: grid.pageRows(), topRow: isExtended ? 0 : HEADING }
    const to = afterKey(from, key, reach, grid.size())
    if (to) go(to, isExtended)
    return to !== null
  }

  function onMousedown(event: MouseEvent) {
    const at = positionOf(event.target)
    if (event.button !== 0 || !at) return
    // The browser would select the text in between, or the word that is clicked twice to open its row.
    if (event.shiftKey || event.detail > 1) event.preventDefault()
    isPressed = true
    selection.go(at, event.shiftKey)
  }

  function onMouseover(event: MouseEvent) {
    const at = positionOf(event.target)
    if (!isPressed || !at) return
    isDragging.value = true
    window.getSelection()?.removeAllRanges()
    selection.go(at, true)
  }

  function onRelease() {
    isPressed = false
    isDragging.value = false
  }

  /** Part of a cell's text may be selected as anywhere: that is what is copied then. */
  function onCopy(event: ClipboardEvent) {
    const text = selection.copying.selectedText()
    if (text === null || window.getSelection()?.isCollapsed === false) return
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    selection.copying.announceCopied()
  }

  window.addEventListener('mouseup', onRelease)
  onScopeDispose(() => window.removeEventListener('mouseup', onRelease))

  return { isDragging, onFocus, onKeydown, onMousedown, onMouseover, onCopy }
}

function positionOf(target: EventTarget | null): Position | null {
  const cell = (target as HTMLElement | null)?.closest('td[aria-colindex]')
  const row = cell?.closest('tr')?.getAttribute('aria-rowindex')
  const column = cell?.getAttribute('aria-colindex')
  if (!row || !column) return null
  // Both count from one, and the headings are the first row.
  return { row: Number(row) - 2, column: Number(column) - 1 }
}
