import '@fontsource/roboto/latin-400.css'
import '@fontsource/roboto/latin-500.css'
import './styles/base.css'
import 'vuetify/styles/core'
import { createApp } from 'vue'
import App from './App.vue'
import { createLanguage, preferredLanguage, switchLanguage } from './plugins/language'
import { createGuichetVuetify } from './plugins/vuetify'
import { createGuichetRouter } from './router'

async function start(): Promise<void> {
  const i18n = createLanguage()
  await switchLanguage(i18n.global, preferredLanguage())
  createApp(App).use(i18n).use(createGuichetVuetify(i18n)).use(createGuichetRouter()).mount('#app')
}

void start()
