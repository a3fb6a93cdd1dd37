import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { renderPage } from '@/testing/render'
import AppearanceMenu from './AppearanceMenu.vue'

it('turns the page dark, marks what is chosen, and remembers it', async () => {
  await renderPage(AppearanceMenu)
  const open = screen.getByRole('button', { name: 'Appearance' })
  await userEvent.click(open)
  await userEvent.click(await screen.findByText('Dark'))
  await waitFor(() => expect(document.querySelector('.v-theme--dark')).not.toBeNull())
  expect(localStorage.getItem('guichet.appearance')).toBe('dark')
  const items = [...document.querySelectorAll('.v-list-item')]
  const chosen = items.filter((item) => item.getAttribute('aria-current') === 'true')
  expect(chosen.map(({ textContent }) => textContent)).toEqual(['Dark'])
})
