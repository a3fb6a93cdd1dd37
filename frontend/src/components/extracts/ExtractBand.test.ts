import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Extract } from '@/api/types'
import { extract } from '@/testing/build'
import { onDelete, onGet, onPost, problem } from '@/testing/server'
import { renderInShell } from '@/testing/shell'
import ExtractBand from './ExtractBand.vue'

/** A band whose extract stays as it is, however often it is asked for. */
async function renderBand(about: Partial<Extract>) {
  const again = ref<string[]>([])
  const shown = extract(about)
  onGet('/extracts', [shown])
  onGet('/extracts/e-1', { ...shown })
  await renderInShell(() =>
    h(ExtractBand, {
      extract: shown,
      onAgain: ({ id }: Extract) => again.value.push(id),
    }),
  )
  await screen.findByRole('group', { name: 'Extract' })
  return again
}

const button = (name: string) => screen.queryByRole('button', { name })

describe('an extract beside its search', () => {
  it('that had ended before it could be cancelled shows what it came to', async () => {
    await renderBand({ state: 'running' })
    onDelete('/extracts/e-1', () => problem(409))
    onGet('/extracts/e-1', { ...extract({ state: 'done', rows: 7 }) })
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
    expect(await screen.findByText('Ready to download')).toBeInTheDocument()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('that could not be cancelled is told to go on, and why', async () => {
    await renderBand({ state: 'running' })
    onDelete('/extracts/e-1', () => problem(503, { detail: 'The queue is away.' }))
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
    expect(await screen.findByRole('alert')).toHaveTextContent('The queue is away.')
    expect(button('Cancel')).toBeInTheDocument()
  })

  it('that failed says why, and runs again as it was asked for', async () => {
    const again = await renderBand({ state: 'failed', problem: 'The disk is full.' })
    expect(screen.getByText('The disk is full.')).toBeInTheDocument()
    const asked = onPost('/extracts', { ...extract({ id: 'e-2' }) })
    await userEvent.click(screen.getByRole('button', { name: 'Run again' }))
    await waitFor(() => expect(again.value).toEqual(['e-2']))
    expect(asked[0]?.body).toMatchObject({ interface: 'labs', criteria: {}, mail: true })
  })

  it('that had a password can’t be run again: nobody kept it', async () => {
    await renderBand({ state: 'expired', encrypted: true })
    expect(button('Run again')).toBeNull()
  })

  it('whose mail failed is sent again, and no longer offered once it goes', async () => {
    const done = { state: 'done', rows: 7, email: 'anne@example.com' } as const
    await renderBand({ ...done, delivery: 'failed', problem: 'The mailbox is full.' })
    expect(screen.getByText(/could not be sent. The mailbox is full./)).toBeInTheDocument()
    const sending = { ...extract({ ...done, delivery: 'sending' }) }
    onGet('/extracts/e-1', sending)
    onPost('/extracts/e-1/deliver', () => HttpResponse.json(sending))
    await userEvent.click(screen.getByRole('button', { name: 'Send again' }))
    await waitFor(() => expect(button('Send again')).toBeNull())
  })

  it('offers to set an address where there is none to mail it to', async () => {
    await renderBand({ state: 'done' })
    await userEvent.click(screen.getByRole('button', { name: 'Set an email address' }))
    expect(await screen.findByRole('textbox', { name: 'Email address' })).toBeInTheDocument()
  })
})
