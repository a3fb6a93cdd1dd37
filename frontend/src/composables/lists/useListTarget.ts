/** The interface whose form is open, for the criteria in it that take uploaded lists. */
import { inject, provide, type InjectionKey } from 'vue'

const key: InjectionKey<string> = Symbol('interface of the form')

export function provideFormId(id: string): void {
  provide(key, id)
}

export function injectFormId(): string {
  return inject(key, '')
}
