/** The languages of the page: English comes with it, the others are fetched when they are chosen. */
import { createI18n } from 'vue-i18n'
import { en as vuetifyEnglish } from 'vuetify/locale'
import en from '@/locales/en'
import { compileMessage } from './messages'

export const LANGUAGES = ['en', 'fr', 'es'] as const
export type Language = (typeof LANGUAGES)[number]
export type Messages = typeof en

const STORED = 'guichet.language'

const loaders: Record<Language, () => Promise<{ default: Messages; vuetify: object }>> = {
  en: () => Promise.resolve({ default: en, vuetify: vuetifyEnglish }),
  fr: () => import('@/locales/fr'),
  es: () => import('@/locales/es'),
}

function isLanguage(text: string | null | undefined): text is Language {
  return LANGUAGES.some((language) => language === text)
}

/** "one" has the first form, everything else the second: 0 is plural in English, singular in French. */
function pluralForm(locale: string) {
  const rules = new Intl.PluralRules(locale)
  return (choice: number) => (rules.select(choice) === 'one' ? 0 : 1)
}

export function createLanguage() {
  return createI18n({
    legacy: false,
    messageCompiler: compileMessage,
    locale: 'en',
    fallbackLocale: 'en',
    // A test finds missing keys; Vuetify passes texts that are none through here too.
    missingWarn: false,
    fallbackWarn: false,
    messages: { en: { ...en, $vuetify: vuetifyEnglish } },
    pluralRules: Object.fromEntries(LANGUAGES.map((code) => [code, pluralForm(code)])),
  })
}

export type I18n = ReturnType<typeof createLanguage>

/** As much of the global composer as a switch of language needs. */
interface GlobalComposer {
  locale: { value: string }
  setLocaleMessage: (locale: string, messages: never) => void
}

/** The language that the user chose, else the first of the browser's that the page speaks. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED)
  if (isLanguage(stored)) return stored
  const spoken = navigator.languages.map((tag) => tag.split('-')[0])
  return spoken.find(isLanguage) ?? 'en'
}

/** The browser's own variant of the language where it has one: en-GB writes dates as en-US doesn't. */
export function regionalLocale(language: string): string {
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language
}

let wanted: Language = 'en'

/** Whether the page speaks the language then: another may have been chosen while this one was fetched. */
export async function switchLanguage(global: GlobalComposer, language: Language): Promise<boolean> {
  wanted = language
  const { default: messages, vuetify } = await loaders[language]()
  if (wanted !== language) return false
  global.setLocaleMessage(language, { ...messages, $vuetify: vuetify } as never)
  global.locale.value = language
  document.documentElement.lang = language
  return true
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(STORED, language)
}
