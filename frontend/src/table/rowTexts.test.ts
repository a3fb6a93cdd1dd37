import { describe, expect, it } from 'vitest'
import { column } from '@/testing/build'
import { placesWith, rowTexts } from './rowTexts'

const READER = { locale: 'en', yes: 'Yes', no: 'No', null: 'null' }
const COLUMNS = [
  column({ name: 'name' }),
  column({ name: 'turnover', type: 'decimal', format: 'quantity' }),
  column({ name: 'founded', type: 'date' }),
  column({ name: 'mails', split: '¤' }),
].map((one, index) => ({ column: one, index, isShown: true }))
const ROWS = [
  ['Élodie Martin', '12345.50', '2026-01-31', 'a@x.example¤b@x.example'],
  ['Acme Labs', null, '2025-12-01', null],
]

async function found(typed: string): Promise<number[]> {
  const texts = await rowTexts(ROWS, COLUMNS, READER, new AbortController().signal)
  return placesWith(texts ?? [], typed)
}

describe('a filter', () => {
  it.each([
    ['elodie', [0]],
    ['MARTIN élodie', [0]],
    ['a', [0, 1]],
    ['', [0, 1]],
    ['12,345', [0]],
    ['12345.5', [0]],
    ['jan 31', [0]],
    ['2025-12', [1]],
    ['b@x', [0]],
    ['labs martin', []],
    ['null', []],
  ])('for "%s" finds the rows %j', async (typed, places) => {
    expect(await found(typed)).toEqual(places)
  })

  it('stops reading rows that nobody waits for', async () => {
    const rows = Array.from({ length: 20_000 }, () => ROWS[0] ?? [])
    const controller = new AbortController()
    const reading = rowTexts(rows, COLUMNS, READER, controller.signal)
    controller.abort()
    expect(await reading).toBeNull()
  })
})
