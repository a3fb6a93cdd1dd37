import { getUser } from '@/api/user'
import { useRequest } from './useRequest'

/** Who is signed in. */
export function useUser() {
  return useRequest(getUser)
}
