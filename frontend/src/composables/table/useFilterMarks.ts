/**
 * Marks what the filter looks for wherever the table shows it.
 *
 * The browser paints the marks over the text (CSS Custom Highlight API): no cell gets more elements, and a table that
 * is not filtered costs nothing. The style is `::highlight(filter)`.
 */
import { onScopeDispose, watch, type Ref, type WatchSource } from 'vue'
import { placesOf } from '@/criteria/highlight'

const NAME = 'filter'

export function useFilterMarks(
  element: Readonly<Ref<HTMLElement | null>>,
  words: () => readonly string[],
  drawn: WatchSource[],
) {
  // An older browser filters all the same.
  if (typeof Highlight === 'undefined') return

  function mark() {
    const root = element.value
    CSS.highlights.delete(NAME)
    if (!root || words().length === 0) return
    const ranges = [...textsIn(root)].flatMap((text) => rangesIn(text, words()))
    CSS.highlights.set(NAME, new Highlight(...ranges))
  }

  watch([element, words, ...drawn], mark, { flush: 'post', immediate: true })
  onScopeDispose(() => CSS.highlights.delete(NAME))
}

function* textsIn(root: HTMLElement): Generator<Node> {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) yield walker.currentNode
}

function rangesIn(text: Node, words: readonly string[]): StaticRange[] {
  return placesOf(text.textContent ?? '', words).map(
    ([from, to]) =>
      new StaticRange({
        startContainer: text,
        startOffset: from,
        endContainer: text,
        endOffset: to,
      }),
  )
}
