import { fireEvent, screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { renderPage } from '@/testing/render'
import LanguageSwitch from './LanguageSwitch.vue'

const button = (name: string) => screen.getByRole('button', { name: new RegExp(`^${name}`) })

it('speaks another language at once, and the next time too', async () => {
  const { i18n } = await renderPage(LanguageSwitch)
  expect(button('EN')).toHaveAttribute('aria-pressed', 'true')
  await userEvent.click(button('FR'))
  await waitFor(() => expect(button('FR')).toHaveAttribute('aria-pressed', 'true'))
  expect(screen.getByRole('group')).toHaveAccessibleName('Langue')
  expect(document.documentElement.lang).toBe('fr')
  expect(i18n.global.locale.value).toBe('fr')
  expect(localStorage.getItem('guichet.language')).toBe('fr')
})

it('ends with the language that was chosen last, whichever is fetched first', async () => {
  await renderPage(LanguageSwitch)
  await Promise.all([fireEvent.click(button('ES')), fireEvent.click(button('EN'))])
  await import('@/locales/es')
  await waitFor(() => expect(localStorage.getItem('guichet.language')).toBe('en'))
  expect(button('EN')).toHaveAttribute('aria-pressed', 'true')
  expect(document.documentElement.lang).toBe('en')
})
