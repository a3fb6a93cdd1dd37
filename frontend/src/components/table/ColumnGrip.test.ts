import { fireEvent, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'
import { h } from 'vue'
import { renderPage } from '@/testing/render'
import ColumnGrip from './ColumnGrip.vue'

it('tells the width while it is held and drawn, and asks to be fitted by a double click', async () => {
  const widths: (number | null)[] = []
  await renderPage(() =>
    h('div', h(ColumnGrip, { onResize: (width: number | null) => widths.push(width) })),
  )
  const grip = screen.getByTitle(/^Drag to resize/)
  const heading = grip.parentElement
  if (!heading) throw new Error('The grip stands nowhere.')
  Object.defineProperty(heading, 'offsetWidth', { value: 120 })
  let isHeld = false
  grip.setPointerCapture = () => (isHeld = true)
  grip.hasPointerCapture = () => isHeld

  await fireEvent(grip, new MouseEvent('pointermove', { clientX: 300 }))
  expect(widths).toEqual([])
  await fireEvent(grip, new MouseEvent('pointerdown', { clientX: 200 }))
  await fireEvent(grip, new MouseEvent('pointermove', { clientX: 280 }))
  expect(widths).toEqual([200])
  await fireEvent.dblClick(grip)
  expect(widths).toEqual([200, null])
})
