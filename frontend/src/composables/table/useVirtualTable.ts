/** Which rows and columns of a large table stand in view: only those, and some around, are drawn. */
import { computed, onMounted, onScopeDispose, shallowRef, type Ref } from 'vue'

/** Rows drawn beyond the view, so that a scroll finds them there. */
const MARGIN_ROWS = 8
/** Moves in steps of this many rows, so that a small scroll draws nothing. */
const STEP_ROWS = 4
/** Pixels drawn beside the view. */
const MARGIN_PIXELS = 200

interface View {
  top: number
  left: number
  width: number
  height: number
}

export interface Span {
  first: number
  /** The one after the last. */
  end: number
}

export function rowsInView({ top, height }: View, count: number, rowHeight: number): Span {
  const visible = Math.floor(top / rowHeight)
  const early = Math.max(0, visible - MARGIN_ROWS)
  const first = Math.min(early - (early % STEP_ROWS), count)
  const late = visible + Math.ceil(height / rowHeight) + MARGIN_ROWS
  return { first, end: Math.min(count, late + STEP_ROWS - (late % STEP_ROWS)) }
}

export function columnsInView({ left, width }: View, widths: readonly number[]): Span {
  let start = 0
  let first = 0
  while (first < widths.length - 1 && start + (widths[first] ?? 0) < left - MARGIN_PIXELS) {
    start += widths[first++] ?? 0
  }
  let end = first
  while (end < widths.length && start < left + width + MARGIN_PIXELS) start += widths[end++] ?? 0
  return { first, end }
}

export function useVirtualTable(
  viewport: Readonly<Ref<HTMLElement | null>>,
  rowCount: Ref<number>,
  rowHeightOf: Ref<number>,
  columnWidths: Ref<readonly number[]>,
) {
  const view = shallowRef<View>({
    top: 0,
    left: 0,
    width: window.innerWidth,
    height: window.innerHeight,
  })
  let observer: ResizeObserver | undefined

  const rows = stable(() => rowsInView(view.value, rowCount.value, rowHeightOf.value))
  const columns = stable(() => columnsInView(view.value, columnWidths.value))
  /** No more rows than this are drawn at a time: those that leave make room, and nodes, for those that come. */
  const mostRows = computed(
    () => Math.ceil(view.value.height / rowHeightOf.value) + 2 * (MARGIN_ROWS + STEP_ROWS),
  )

  function read() {
    const element = viewport.value
    if (!element) return
    const { scrollTop: top, scrollLeft: left, clientWidth, clientHeight } = element
    view.value = {
      top,
      left,
      width: clientWidth || window.innerWidth,
      height: clientHeight || window.innerHeight,
    }
  }

  /** Scroll as far as it takes to have a cell in view, below the heading and beside the columns that stay. */
  function reveal(row: number, column: number, headHeight: number, frozenWidth = 0) {
    const element = viewport.value
    if (!element) return
    const { clientWidth, clientHeight } = element
    const rowHeight = rowHeightOf.value
    const top = row * rowHeight
    const before = columnWidths.value.slice(0, column).reduce((sum, width) => sum + width, 0)
    const left = Math.max(0, before - frozenWidth)
    const room = clientWidth - frozenWidth
    const width = Math.min(columnWidths.value[column] ?? 0, room)
    element.scrollTo({
      top: nearest(element.scrollTop, top, rowHeight, clientHeight - headHeight),
      left:
        before < frozenWidth ? element.scrollLeft : nearest(element.scrollLeft, left, width, room),
      behavior: 'instant',
    })
    read()
  }

  function scrollToTop() {
    viewport.value?.scrollTo({ top: 0 })
    read()
  }

  onMounted(() => {
    const element = viewport.value
    if (!element) return
    element.addEventListener('scroll', read, { passive: true })
    observer = new ResizeObserver(read)
    observer.observe(element)
  })
  onScopeDispose(() => observer?.disconnect())

  return { rows, columns, mostRows, reveal, scrollToTop }
}

/** The scroll position closest to the present one that shows a stretch of the content whole. */
export function nearest(scrolled: number, start: number, size: number, viewSize: number): number {
  return Math.min(Math.max(scrolled, start + size - viewSize), start)
}

/** A span that stays the same object while it is the same span, so that nothing is drawn again. */
function stable(compute: () => Span) {
  return computed<Span>((before) => {
    const now = compute()
    return before?.first === now.first && before.end === now.end ? before : now
  })
}
