import { fireEvent, screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { h, ref } from 'vue'
import { defined, renderPage } from '@/testing/render'
import DialogCard from './DialogCard.vue'

async function renderCard(tag: 'section' | 'form') {
  const isOpen = ref(true)
  const submits = ref(0)
  await renderPage(() =>
    h(
      DialogCard,
      {
        title: 'Which one?',
        tag,
        modelValue: isOpen.value,
        'onUpdate:modelValue': (open: boolean) => (isOpen.value = open),
        onSubmit: () => submits.value++,
      },
      { default: () => h('input'), actions: () => h('button', { type: 'submit' }, 'Go') },
    ),
  )
  await screen.findByRole('dialog', { name: 'Which one?' })
  return { isOpen, submits }
}

it('is named by its title, and is left by Escape', async () => {
  const { isOpen } = await renderCard('section')
  await fireEvent.keyDown(defined(document.activeElement), { key: 'Escape' })
  expect(isOpen.value).toBe(false)
})

it('is submitted by Enter where it is a form, and stays until its owner closes it', async () => {
  const { isOpen, submits } = await renderCard('form')
  await userEvent.type(screen.getByRole('textbox'), 'x{Enter}')
  expect({ open: isOpen.value, submits: submits.value }).toEqual({ open: true, submits: 1 })
})
