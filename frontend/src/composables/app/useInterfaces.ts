import { computed } from 'vue'
import { listInterfaces } from '@/api/interfaces'
import type { InterfaceSummary } from '@/api/types'
import { useRequest } from '@/composables/requests/useRequest'

export interface InterfaceGroup {
  title: string | null
  interfaces: InterfaceSummary[]
}

/** The interfaces that the user may see, under their groups, in the server's order. */
export function groupInterfaces(interfaces: readonly InterfaceSummary[]): InterfaceGroup[] {
  const groups = new Map<string | null, InterfaceGroup>()
  for (const summary of interfaces) {
    const group = groups.get(summary.group) ?? { title: summary.group, interfaces: [] }
    group.interfaces.push(summary)
    groups.set(summary.group, group)
  }
  return [...groups.values()]
}

export function useInterfaces() {
  const request = useRequest(listInterfaces)
  const groups = computed(() => groupInterfaces(request.data.value ?? []))
  return { ...request, groups }
}

export type Interfaces = ReturnType<typeof useInterfaces>
