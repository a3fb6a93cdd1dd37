/**
 * How high the rows of a result may be, so that they take what the window has left.
 *
 * Where what stands above leaves too little, as a form with all its fields does, they are as high as the window allows
 * below the app bar, and the wheel brings the page there first. The page's own scrollbar would stand beside theirs, and
 * is not drawn.
 */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** Pixels around the result's card. */
const GAP = 12
/** Pixels of a line, where a wheel counts lines. */
const LINE = 20
const SCROLLBAR_HIDDEN = 'scrollbar-hidden'

export function useRoom(element: Readonly<Ref<HTMLElement | null>>) {
  const room = ref(window.innerHeight)
  const observer = new ResizeObserver(read)

  function measure() {
    const rows = element.value?.getBoundingClientRect()
    const card = element.value?.closest('.card')?.getBoundingClientRect()
    if (!rows || !card) return null
    const bar = document.querySelector('.v-app-bar')?.getBoundingClientRect().bottom ?? 0
    return { rows, card, bar }
  }

  function read() {
    const measured = measure()
    if (!measured) return
    const { rows, card, bar } = measured
    const below = card.bottom - rows.bottom + GAP
    const left = window.innerHeight - (rows.top + window.scrollY) - below
    const whole = window.innerHeight - bar - GAP - (rows.top - card.top) - below
    room.value = Math.floor(left < whole / 2 ? whole : left)
  }

  /** Scroll the page before the rows, until their card is in sight whole. */
  function onWheel(event: WheelEvent) {
    const { deltaX, deltaY, deltaMode, ctrlKey } = event
    const measured = deltaY > Math.abs(deltaX) && !ctrlKey ? measure() : null
    if (!measured) return
    const missing = measured.card.top - measured.bar - GAP
    const most = document.documentElement.scrollHeight - window.innerHeight - window.scrollY
    const by = Math.min(
      missing,
      most,
      deltaMode === WheelEvent.DOM_DELTA_LINE ? deltaY * LINE : deltaY,
    )
    if (by < 1) return
    event.preventDefault()
    window.scrollBy({ top: by, behavior: 'instant' })
  }

  function leave() {
    observer.disconnect()
    window.removeEventListener('resize', read)
    document.documentElement.classList.remove(SCROLLBAR_HIDDEN)
  }

  watch(
    element,
    (rows) => {
      leave()
      const view = rows?.closest('.view')
      if (!view) return
      observer.observe(view)
      window.addEventListener('resize', read)
      document.documentElement.classList.add(SCROLLBAR_HIDDEN)
      read()
    },
    { flush: 'post', immediate: true },
  )
  onScopeDispose(leave)

  return { room, onWheel }
}
