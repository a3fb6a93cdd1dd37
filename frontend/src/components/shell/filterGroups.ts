import type { InterfaceGroup } from '@/composables/useInterfaces'
import { fold } from '@/criteria/folding'

/** The interfaces whose title or group holds every word that was typed. */
export function filterGroups(groups: readonly InterfaceGroup[], typed: string): InterfaceGroup[] {
  const words = fold(typed).split(/\s+/).filter(Boolean)
  return groups
    .map(({ title, interfaces }) => ({
      title,
      interfaces: interfaces.filter((one) => {
        const text = fold(`${one.title} ${title ?? ''}`)
        return words.every((word) => text.includes(word))
      }),
    }))
    .filter((group) => group.interfaces.length > 0)
}
