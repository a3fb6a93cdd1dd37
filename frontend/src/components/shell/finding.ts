/** What the finder of the panel finds, whatever the accents and capitals. */
import type { SavedSearch } from '@/api/types'
import type { InterfaceGroup } from '@/composables/app/useInterfaces'
import { fold } from '@/criteria/highlight'

/** The interfaces whose title or group holds every word that was typed. */
export function filterGroups(groups: readonly InterfaceGroup[], typed: string): InterfaceGroup[] {
  return groups
    .map(({ title, interfaces }) => ({
      title,
      interfaces: interfaces.filter((one) => holds(`${one.title} ${title ?? ''}`, typed)),
    }))
    .filter((group) => group.interfaces.length > 0)
}

/** The saved searches whose name or interface holds every word that was typed. */
export function filterSearches(searches: readonly SavedSearch[], typed: string): SavedSearch[] {
  return searches.filter(({ name, interface_title }) => holds(`${name} ${interface_title}`, typed))
}

function holds(text: string, typed: string): boolean {
  const folded = fold(text)
  return fold(typed)
    .split(/\s+/)
    .every((word) => folded.includes(word))
}
