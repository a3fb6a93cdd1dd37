/** Light, dark, or as the system has it. */
import { ref, watch } from 'vue'
import type { ThemeInstance } from 'vuetify'

export const APPEARANCES = ['light', 'dark', 'system'] as const
export type Appearance = (typeof APPEARANCES)[number]

const STORED = 'guichet.appearance'

function storedAppearance(): Appearance {
  const stored = localStorage.getItem(STORED)
  return APPEARANCES.find((appearance) => appearance === stored) ?? 'system'
}

const appearance = ref<Appearance>(storedAppearance())

/** The appearance as the user chose it, kept in step with the theme and remembered. */
export function useAppearance(theme: ThemeInstance) {
  watch(
    appearance,
    (chosen) => {
      void theme.change(chosen)
    },
    { immediate: true },
  )

  function choose(chosen: Appearance) {
    appearance.value = chosen
    localStorage.setItem(STORED, chosen)
  }

  return { appearance, choose }
}
