/** Draw a component as a part of the page, with what its shell provides: the user, their extracts and saved searches. */
import { defineComponent, h, nextTick, provide, ref, type VNode } from 'vue'
import { interfacesKey } from '@/composables/app/injectInterfaces'
import { extractsKey, useExtracts } from '@/composables/extracts/useExtracts'
import { useInterfaces } from '@/composables/app/useInterfaces'
import { savedSearchesKey, useSavedSearches } from '@/composables/saved/useSavedSearches'
import { sessionKey, useSession } from '@/composables/app/useSession'
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

/** The page, with what the shell knows of the user once it is loaded. */
export async function renderInShell(draw: () => VNode | null, path = '/') {
  let shell: ReturnType<typeof useShell> | undefined
  const isLoaded = ref(false)
  const host = defineComponent({
    setup() {
      shell = useShell()
      return () => (isLoaded.value ? h(draw) : null)
    },
  })
  const page = await renderPage(host, {}, path)
  const { session, saved, extracts } = defined(shell)
  await Promise.all([session.run(), saved.list.run(), extracts.list.run()])
  isLoaded.value = true
  await nextTick()
  return { ...page, shell: defined(shell) }
}
