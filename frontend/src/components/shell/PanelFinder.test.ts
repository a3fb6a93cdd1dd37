import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import { renderPage } from '@/testing/render'
import PanelFinder from './PanelFinder.vue'

it('is reached by a slash, but not from a field; chooses by Enter, is emptied by Escape', async () => {
  const typed = ref('')
  const heard: string[] = []
  await renderPage(() => [
    h('textarea', { 'aria-label': 'Elsewhere' }),
    h(PanelFinder, {
      modelValue: typed.value,
      'onUpdate:modelValue': (text: string) => (typed.value = text),
      onFind: () => heard.push('find'),
      onChoose: () => heard.push('choose'),
    }),
  ])
  const elsewhere = screen.getByLabelText('Elsewhere')
  await userEvent.type(elsewhere, '/')
  expect(heard).toEqual([])
  expect(elsewhere).toHaveValue('/')

  elsewhere.blur()
  await userEvent.keyboard('/')
  const finder = screen.getByRole('searchbox')
  await waitFor(() => expect(finder).toHaveFocus())
  await userEvent.keyboard('labs{Enter}')
  expect(heard).toEqual(['find', 'choose'])
  expect(typed.value).toBe('labs')
  await userEvent.keyboard('{Escape}')
  expect(typed.value).toBe('')
})
