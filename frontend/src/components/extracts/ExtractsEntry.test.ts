import { screen } from '@testing-library/vue'
import { expect, it } from 'vitest'
import { h } from 'vue'
import { extract } from '@/testing/build'
import { renderInShell } from '@/testing/shell'
import ExtractsEntry from './ExtractsEntry.vue'

it('counts those that are under way, and is plain when none is', async () => {
  const { shell } = await renderInShell(() => h(ExtractsEntry))
  const states = ['queued', 'delivering', 'done', 'failed'] as const
  expect(await screen.findByRole('link')).toHaveAccessibleName('Extracts')
  shell.extracts.list.data.value = states.map((state, at) => extract({ id: `e-${at}`, state }))
  expect(await screen.findByText('2 under way')).toBeInTheDocument()
  shell.extracts.put(extract({ id: 'e-0', state: 'done' }))
  shell.extracts.put(extract({ id: 'e-1', state: 'done' }))
  expect(await screen.findByRole('link', { name: 'Extracts' })).toBeInTheDocument()
})
