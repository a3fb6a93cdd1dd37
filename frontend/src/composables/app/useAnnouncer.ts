/** What the page says aloud to those who don't see it: one polite live region for all of it. */
import { nextTick, readonly, ref } from 'vue'

const message = ref('')

async function announce(text: string): Promise<void> {
  // The same words twice are two announcements: a region that doesn't change stays silent.
  message.value = ''
  await nextTick()
  message.value = text
}

export function useAnnouncer() {
  return { message: readonly(message), announce: (text: string) => void announce(text) }
}
