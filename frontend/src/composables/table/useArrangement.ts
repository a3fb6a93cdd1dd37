/** How the user arranged the columns of one interface; kept in this browser only when they say so. */
import { computed, ref, watch, type Ref } from 'vue'
import type { Column } from '@/api/types'
import {
  arrange,
  asDefined,
  boundedWidth,
  isAsDefined,
  moveName,
  readArrangement,
  type Arrangement,
} from '@/table/arrangement'

export function useArrangement(id: string, columns: () => readonly Column[]) {
  const key = `guichet.columns.${id}`
  const stored = readArrangement(localStorage.getItem(key))
  const arrangement = ref(stored ?? asDefined())
  const isRemembered = ref(stored !== null)

  const all = computed(() => arrange(columns(), arrangement.value))
  const shown = computed(() => all.value.filter(({ isShown }) => isShown))
  const isChanged = computed(() => !isAsDefined(arrangement.value))

  function show(name: string, isShown: boolean) {
    arrangement.value.shown = Object.fromEntries([
      ...Object.entries(arrangement.value.shown).filter(([other]) => other !== name),
      [name, isShown],
    ])
  }

  /** Show or leave out several columns at once; one is always left. */
  function showAll(names: readonly string[], isShown: boolean) {
    const others = shown.value.filter(({ column }) => !names.includes(column.name))
    const kept = isShown || others.length > 0 ? undefined : names[0]
    for (const name of names) show(name, isShown || name === kept)
  }

  /** Put a column at another place among all of them. */
  function move(name: string, to: number) {
    arrangement.value.order = moveName(
      all.value.map(({ column }) => column.name),
      name,
      to,
    )
  }

  function reset() {
    arrangement.value = asDefined()
    isRemembered.value = false
  }

  watch(
    [arrangement, isRemembered],
    () => {
      if (isRemembered.value) localStorage.setItem(key, JSON.stringify(arrangement.value))
      else localStorage.removeItem(key)
    },
    { deep: true },
  )

  return {
    all,
    shown,
    widths: useWidths(arrangement),
    isFrozen: computed({
      get: () => arrangement.value.isFrozen,
      set: (isWanted) => (arrangement.value.isFrozen = isWanted),
    }),
    isChanged,
    isRemembered,
    show,
    showAll,
    move,
    reset,
  }
}

/** The widths that the user set, by the name of the column. */
function useWidths(arrangement: Ref<Arrangement>) {
  /** Null gives a column the width that its content needs. */
  function resize(name: string, width: number | null) {
    const others = Object.entries(arrangement.value.widths).filter(([other]) => other !== name)
    const own = width === null ? [] : [[name, boundedWidth(width)] as const]
    arrangement.value.widths = Object.fromEntries([...others, ...own])
  }

  return { own: computed(() => arrangement.value.widths), resize }
}

export type ColumnArrangement = ReturnType<typeof useArrangement>
