/** Draw a component as a part of the page, with what its shell provides: the user, their extracts and saved searches. */
import { defineComponent, h, provide, type VNode } from 'vue'
import { interfacesKey } from '@/composables/injectInterfaces'
import { extractsKey, useExtracts } from '@/composables/useExtracts'
import { useInterfaces } from '@/composables/useInterfaces'
import { savedSearchesKey, useSavedSearches } from '@/composables/useSavedSearches'
import { sessionKey, useSession } from '@/composables/useSession'
import { defined, renderPage } from './render'

function useShell() {
  const shell = {
    session: useSession(),
    saved: useSavedSearches(),
    extracts: useExtracts(),
    interfaces: useInterfaces(),
  }
  provide(sessionKey, shell.session)
  provide(savedSearchesKey, shell.saved)
  provide(extractsKey, shell.extracts)
  provide(interfacesKey, shell.interfaces)
  return shell
}

/** The page, with what the shell knows; who is signed in is known already. */
export async function renderInShell(draw: () => VNode | null, path = '/') {
  let shell: ReturnType<typeof useShell> | undefined
  let isReady: Promise<unknown> = Promise.resolve()
  const host = defineComponent({
    setup() {
      shell = useShell()
      isReady = shell.session.run()
      return () => (shell?.session.user.value ? h(draw) : null)
    },
  })
  const page = await renderPage(host, {}, path)
  await isReady
  return { ...page, shell: defined(shell) }
}
