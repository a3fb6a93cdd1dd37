import { watchEffect } from 'vue'

/** The title of the browser's tab. */
export function useTitle(title: () => string): void {
  watchEffect(() => {
    document.title = [title(), 'Guichet'].filter(Boolean).join(' · ')
  })
}
