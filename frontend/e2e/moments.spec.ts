import { expect, test } from '@playwright/test'
import { CONTACTS, cellsOf, open, settled } from './portal'

// The portal's days begin in UTC: at seven in the evening before, where this reader is. All columns fit.
test.use({ timezoneId: 'America/New_York', viewport: { width: 4000, height: 900 } })

test('a day that is searched for is the day that the table shows, wherever the reader is', async ({
  page,
}) => {
  await open(page, `${CONTACTS}?updated.from=2020-01-06&updated.to=2020-01-10`)
  const moments = await settled(
    () => cellsOf(page, 'Updated'),
    (cells) => expect(cells).not.toHaveLength(0),
  )
  for (const moment of moments) {
    expect(moment).toMatch(/^([6-9]|10) Jan 2020, \d\d:\d\d:\d\d UTC$/)
  }
})
