import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { Extract, HeavyResult } from '@/api/types'
import { extract } from '@/testing/build'
import { onPost, problem } from '@/testing/server'
import { renderInShell } from '@/testing/shell'
import HeavyBand from './HeavyBand.vue'

const ASKED = { interface: 'labs', ...extract().request }

async function renderBand(about: Partial<HeavyResult>, extractable?: typeof ASKED) {
  const made = ref<string[]>([])
  const result: HeavyResult = {
    columns: [],
    rows: [],
    count: null,
    estimated_count: null,
    elapsed_ms: 20_000,
    heavy: true,
    reason: 'rows',
    extract: null,
    unmatched: {},
    ...about,
  }
  const { shell } = await renderInShell(() =>
    h(HeavyBand, {
      result,
      displayRows: 10_000,
      extractable,
      onExtract: ({ id }: Extract) => made.value.push(id),
    }),
  )
  return { made, shell }
}

describe('a result that is too large to show', () => {
  it.each<[Partial<HeavyResult>, RegExp]>([
    [{ count: 47_123 }, /^47,123 rows match, and the page shows up to 10,000/],
    [{ estimated_count: 47_123 }, /^About 47,000 rows match/],
    [{ estimated_count: 12 }, /^More than 10,000 rows match/],
    [{ reason: 'time' }, /^It was stopped after 20\ss/],
  ])(
    'says what is known of it, and no guess that is known to be wrong: %j',
    async (about, text) => {
      await renderBand(about)
      expect(screen.getByText(text)).toBeInTheDocument()
      expect(screen.queryByRole('button', { name: 'Extract all rows' })).toBeNull()
    },
  )

  it('is extracted where it can be, or it is said why not', async () => {
    const { made, shell } = await renderBand({}, ASKED)
    onPost('/extracts', () => problem(422, { detail: 'Too many extracts of yours.' }))
    await userEvent.click(screen.getByRole('button', { name: 'Extract all rows' }))
    expect(await screen.findByRole('alert')).toHaveTextContent('Too many extracts of yours.')
    expect(made.value).toEqual([])
    const asked = onPost('/extracts', { ...extract() })
    await userEvent.click(screen.getByRole('button', { name: 'Extract all rows' }))
    await waitFor(() => expect(made.value).toEqual(['e-1']))
    expect(asked[0]?.body).toEqual(ASKED)
    expect(shell.extracts.underWay.value).toBe(1)
  })
})
