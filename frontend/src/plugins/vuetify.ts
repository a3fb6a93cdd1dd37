/** Vuetify with the portal's own palette; defaults of components are set here once. */
import { mdiChevronLeft, mdiChevronRight, mdiClose, mdiCloseCircle, mdiMenuDown } from '@mdi/js'
import type { I18n } from './language'
import { useI18n } from 'vue-i18n'
import { createVuetify, type ThemeDefinition } from 'vuetify'
import { VSvgIcon } from 'vuetify/components/VIcon'
import { createVueI18nAdapter } from 'vuetify/locale/adapters/vue-i18n'

const light: ThemeDefinition = {
  dark: false,
  colors: {
    background: '#f5f6f9',
    surface: '#ffffff',
    'surface-variant': '#475066',
    primary: '#0b5d53',
    'on-primary': '#ffffff',
    error: '#b3261e',
    warning: '#8a5a0b',
    success: '#1b6e3c',
    info: '#2b5c8a',
    muted: '#5f687b',
    line: '#e1e4ea',
    outline: '#c9cfd8',
    tint: '#e5f1ee',
    chip: '#eceef1',
    head: '#f7f8fa',
    band: '#fff7e4',
    'band-line': '#f0dfae',
    progress: '#b7791f',
    mark: '#ffe58a',
    'on-background': '#181c25',
    'on-surface': '#181c25',
  },
  variables: { 'high-emphasis-opacity': 1, 'medium-emphasis-opacity': 0.75 },
}

const dark: ThemeDefinition = {
  dark: true,
  colors: {
    background: '#0f1317',
    surface: '#171c22',
    'surface-variant': '#c8cfda',
    primary: '#5cc4b1',
    'on-primary': '#06231f',
    error: '#ffb4ab',
    warning: '#f0c36d',
    success: '#86d6a0',
    info: '#9cc7ef',
    muted: '#9aa5b5',
    line: '#2a323b',
    outline: '#434e5a',
    tint: '#15332f',
    chip: '#2a323c',
    head: '#1c2229',
    band: '#2c2616',
    'band-line': '#53451f',
    progress: '#f0c36d',
    mark: '#5c4a12',
    'on-background': '#e7ebf0',
    'on-surface': '#e7ebf0',
  },
  variables: { 'high-emphasis-opacity': 1, 'medium-emphasis-opacity': 0.75 },
}

/** What Vuetify's components draw by themselves, of the seventy that they could. */
const icons = {
  clear: mdiCloseCircle,
  close: mdiClose,
  delete: mdiClose,
  dropdown: mdiMenuDown,
  next: mdiChevronRight,
  prev: mdiChevronLeft,
}

/** What the page's content security policy allows the style element of the theme by. */
function styleNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce
}

export function createGuichetVuetify(i18n: I18n) {
  return createVuetify({
    locale: { adapter: createVueI18nAdapter({ i18n: i18n as never, useI18n }) },
    icons: { defaultSet: 'mdi', aliases: icons, sets: { mdi: { component: VSvgIcon } } },
    theme: { defaultTheme: 'system', themes: { light, dark }, cspNonce: styleNonce() },
    defaults: {
      VBtn: { variant: 'outlined', rounded: 'md', ripple: false },
      VMenu: { offset: 4 },
      VProgressLinear: { color: 'primary', height: 2 },
      VIcon: { size: 18 },
    },
  })
}
