import { getInterface } from '@/api/interfaces'
import { useRequest } from '@/composables/requests/useRequest'

/** One interface: its form and its columns. */
export function useInterface() {
  return useRequest(getInterface)
}
