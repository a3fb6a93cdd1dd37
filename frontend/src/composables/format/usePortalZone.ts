/** The portal's time zone: days begin there for every criterion, so moments are shown on its clock too. */
import { computed, inject } from 'vue'
import { sessionKey } from '@/composables/app/useSession'

/** Undefined until it is known who is signed in: then nothing is shown yet that has a time. */
export function usePortalZone() {
  const session = inject(sessionKey, null)
  return computed(() => session?.user.value?.time_zone)
}
