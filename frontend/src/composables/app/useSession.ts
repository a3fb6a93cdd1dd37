/**
 * Who is signed in, and whether that is still so.
 *
 * The browser keeps one sign-in for all its tabs: who comes back to this one may have become somebody
 * else in another. Asked when the tab is shown again, and not more often than every few seconds.
 */
import { inject, onScopeDispose, shallowRef, type InjectionKey } from 'vue'
import { getUser } from '@/api/user'
import { useRequest } from '@/composables/requests/useRequest'

const MIN_PAUSE_MS = 5000

export function useSession() {
  const request = useRequest(getUser)
  const checking = useRequest(getUser)
  /** Who is signed in by now, when that is not who this page was opened for. */
  const other = shallowRef<string | null>(null)
  const isSignedOut = shallowRef(false)
  let checkedAt = performance.now()

  async function check() {
    const now = performance.now()
    const { value: known } = request.data
    if (!known || document.visibilityState !== 'visible' || now - checkedAt < MIN_PAUSE_MS) return
    checkedAt = now
    const user = await checking.run()
    if (user) other.value = user.user === known.user ? null : user.user
    // That it can't be found out is no news: the next request will tell.
    isSignedOut.value = checking.error.value?.kind === 'signed-out'
  }

  const onShown = () => void check()
  document.addEventListener('visibilitychange', onShown)
  window.addEventListener('focus', onShown)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onShown)
    window.removeEventListener('focus', onShown)
  })

  return { user: request.data, run: request.run, other, isSignedOut }
}

export type Session = ReturnType<typeof useSession>

export const sessionKey: InjectionKey<Session> = Symbol('session')

export function injectSession(): Session {
  const session = inject(sessionKey)
  if (!session) throw new Error('The shell provides the session, and it is missing.')
  return session
}
