/** Which rows of a long table stand in view: only those, and some around them, are drawn. */
import { computed, onMounted, onScopeDispose, ref, type Ref } from 'vue'

/** Rows drawn beyond the view, so that a scroll finds them there. */
const MARGIN = 12
/** Moves in steps of this many rows, so that a small scroll draws nothing. */
const STEP = 4

export function useVirtualRows(
  viewport: Readonly<Ref<HTMLElement | null>>,
  count: Ref<number>,
  rowHeight: number,
) {
  const top = ref(0)
  const height = ref(800)
  let observer: ResizeObserver | undefined

  const first = computed(() => {
    const at = Math.floor(top.value / rowHeight) - MARGIN
    return Math.max(0, Math.min(at - (at % STEP), count.value))
  })
  const last = computed(() => {
    const inView = Math.ceil(height.value / rowHeight)
    return Math.min(count.value, first.value + inView + 2 * MARGIN + STEP)
  })

  function read() {
    if (viewport.value) top.value = viewport.value.scrollTop
  }

  function scrollToTop() {
    viewport.value?.scrollTo({ top: 0 })
    top.value = 0
  }

  onMounted(() => {
    const element = viewport.value
    if (!element) return
    element.addEventListener('scroll', read, { passive: true })
    observer = new ResizeObserver(() => (height.value = element.clientHeight))
    observer.observe(element)
  })
  onScopeDispose(() => observer?.disconnect())

  return { first, last, scrollToTop }
}
