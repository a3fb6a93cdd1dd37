/** Draw a component as the page does: with its words, its theme and its router. */
import { render } from '@testing-library/vue'
import { defineComponent, h, type Component } from 'vue'
import { createMemoryHistory } from 'vue-router'
import { VApp } from 'vuetify/components/VApp'
import { createLanguage } from '@/plugins/language'
import { createGuichetVuetify } from '@/plugins/vuetify'
import { createGuichetRouter } from '@/router'

export async function renderPage(component: Component, props: object = {}, path = '/') {
  const i18n = createLanguage()
  const router = createGuichetRouter(createMemoryHistory())
  await router.push(path)
  const page = () => h(VApp, () => h(component, props))
  const plugins = [i18n, createGuichetVuetify(i18n), router]
  return { ...render(page, { global: { plugins } }), router, i18n }
}

/** Run a composable inside a component, and hand out what it returns. */
export async function runComposable<Result>(use: () => Result) {
  let result: Result | undefined
  const host = defineComponent({
    setup() {
      result = use()
      return () => null
    },
  })
  const page = await renderPage(host)
  return { result: result as Result, unmount: () => page.unmount() }
}

/** What has to be there for a test to go on. */
export function defined<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('The test needs what is not there.')
  return value
}
