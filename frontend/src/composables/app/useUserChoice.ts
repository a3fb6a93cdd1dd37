/** A yes or no that this browser remembers for each user who chose it. */
import { computed, ref, watch } from 'vue'
import { injectSession } from './useSession'

export function useUserChoice(name: string) {
  const { user } = injectSession()
  const key = computed(() => `guichet.${name}.${user.value?.user ?? ''}`)
  const isChosen = ref(false)
  watch(key, () => (isChosen.value = localStorage.getItem(key.value) !== null), { immediate: true })

  return computed({
    get: () => isChosen.value,
    set(chosen) {
      isChosen.value = chosen
      if (chosen) localStorage.setItem(key.value, 'yes')
      else localStorage.removeItem(key.value)
    },
  })
}
