/** What the shell loads once and every view may read. */
import { inject, type InjectionKey } from 'vue'
import type { Interfaces } from './useInterfaces'

export const interfacesKey: InjectionKey<Interfaces> = Symbol('interfaces')

export function injectInterfaces(): Interfaces {
  const interfaces = inject(interfacesKey)
  if (!interfaces) throw new Error('The shell provides the interfaces, and it is missing.')
  return interfaces
}
