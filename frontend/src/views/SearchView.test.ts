import { screen, waitFor, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { delay, HttpResponse } from 'msw'
import { describe, expect, it, vi } from 'vitest'
import App from '@/App.vue'
import type { Criterion } from '@/api/types'
import { column, criterion, form, select } from '@/testing/build'
import { renderPage } from '@/testing/render'
import { onGet, onPost, problem } from '@/testing/server'

const COLUMNS = [
  column({ name: 'id', label: 'Id', type: 'integer', format: 'identifier' }),
  column({ name: 'name', label: 'Name' }),
  column({ name: 'inner', label: 'Inner', hidden: true }),
]
const CRITERIA = [criterion('text', { name: 'name', label: 'Company name' })]

interface Asked {
  criteria: Record<string, unknown>
}

function result(rows: unknown[][]) {
  return { columns: COLUMNS, rows, count: rows.length, elapsed_ms: 12, heavy: false, unmatched: {} }
}

async function open(criteria: Criterion[] = CRITERIA, query = '') {
  const about = form(criteria, { title: 'Labs', columns: COLUMNS })
  onGet('/interfaces', [
    { id: 'labs', title: 'Labs', group: 'Demo', description: null, available: true, problem: null },
  ])
  onGet('/interfaces/labs', { ...about })
  const estimates = onPost('/interfaces/labs/count', {
    count: 47_123,
    elapsed_ms: 1,
    estimate: true,
  })
  const page = await renderPage(App, {}, `/interfaces/labs${query}`)
  await screen.findByRole('button', { name: 'Search' })
  return { ...page, estimates }
}

describe('the page of an interface', () => {
  it('searches, shows the rows without the hidden column, and says how many', async () => {
    await open()
    const asked = onPost(
      '/interfaces/labs/search',
      result([
        [10240, 'Acme', 'x'],
        [10277, null, 'y'],
      ]),
    )
    await userEvent.type(screen.getByLabelText('Company name'), 'labs{Enter}')
    const table = await screen.findByRole('grid', { name: 'Rows found' })
    expect(
      within(table)
        .getAllByRole('columnheader')
        .map((head) => head.textContent),
    ).toEqual(['Id', 'Name'])
    expect(within(table).getByText('10240')).toBeVisible()
    expect(within(table).getByText('null')).toBeVisible()
    expect(asked[0]?.body).toEqual({ criteria: { name: 'labs' }, sort: [], extract: true })
    expect(screen.getByRole('heading', { name: '2 rows' })).toBeVisible()
    await waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('2 rows found'))
  })

  /** Search, click the heading three times, and tell what the first column showed each time. */
  async function sortThrice(heavy: boolean) {
    await open()
    const rows = [
      [1, 'Zoë', 'x'],
      [2, 'élan', 'y'],
      [3, 'Eva', 'z'],
    ]
    const asked = onPost('/interfaces/labs/search', { ...result(rows), heavy })
    await userEvent.click(screen.getByRole('button', { name: 'Search' }))
    const seen: (string | null | undefined)[] = []
    for (const order of ['ascending', 'descending', null]) {
      await userEvent.click(await screen.findByRole('button', { name: 'Name' }))
      const head = screen.getByRole('columnheader', { name: 'Name' })
      await waitFor(() => expect(head.getAttribute('aria-sort')).toBe(order))
      const cells = within(screen.getByRole('grid')).getAllByRole('cell')
      seen.push(cells.map((cell) => /^\d$/.exec(cell.textContent)?.[0]).join(''))
    }
    return { seen, sorts: asked.map(({ body }) => (body as { sort: unknown }).sort) }
  }

  it('sorts a light result by itself, as the language has it: up, down, and as it was', async () => {
    const { seen, sorts } = await sortThrice(false)
    expect(seen).toEqual(['231', '132', '123'])
    expect(sorts).toEqual([[]])
  })

  it('leaves it to the database to sort a heavy result', async () => {
    const { seen, sorts } = await sortThrice(true)
    expect(seen).toEqual(['123', '123', '123'])
    expect(sorts).toEqual([
      [],
      [{ column: 'name', descending: false }],
      [{ column: 'name', descending: true }],
      [],
    ])
  })

  it('says exactly what could be counted at once', async () => {
    await open()
    onPost('/interfaces/labs/count', { count: 92_109, elapsed_ms: 90, estimate: false })
    await userEvent.type(screen.getByLabelText('Company name'), 'a')
    expect(await screen.findByText('92,109')).toBeVisible()
    expect(screen.queryByText(/about/)).toBeNull()
  })

  it('counts exactly, and until then shows a guess as one', async () => {
    await open()
    const guess = await screen.findByText(/^about/)
    expect(guess).toHaveTextContent('about 47,000 rows This is an estimate by the database.')
    expect(guess.querySelector('strong')).toBeNull()
    const asked = onPost('/interfaces/labs/count', {
      count: 12_345,
      elapsed_ms: 800,
      estimate: false,
    })
    await userEvent.click(screen.getByRole('button', { name: 'Count' }))
    expect(await screen.findByText('12,345')).toBeVisible()
    expect(asked[0]?.url.search).toBe('')
    expect(screen.getByText(/in 0.8\ss/)).toBeVisible()
  })

  it('cancels what runs', async () => {
    await open()
    onPost('/interfaces/labs/search', async () => {
      await delay('infinite')
      return HttpResponse.json({})
    })
    await userEvent.click(screen.getByRole('button', { name: 'Search' }))
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
    expect(screen.queryByText('Searching…')).toBeNull()
    await waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('Cancelled'))
  })

  it('says beside a criterion what the server has against it, until it changes', async () => {
    await open()
    onPost('/interfaces/labs/search', () =>
      problem(422, { errors: [{ pointer: '/criteria/name', detail: 'Too short.' }] }),
    )
    await userEvent.type(screen.getByLabelText('Company name'), 'l{Enter}')
    await waitFor(() =>
      expect(screen.getByLabelText('Company name')).toHaveAccessibleDescription('Too short.'),
    )
    await userEvent.type(screen.getByLabelText('Company name'), 'abs')
    expect(screen.getByLabelText('Company name')).not.toBeInvalid()
  })

  it('does not send a form that lacks what is required, and leads to it', async () => {
    await open([criterion('text', { name: 'name', label: 'Company name', required: true })])
    const asked = onPost('/interfaces/labs/search', result([]))
    await userEvent.click(screen.getByRole('button', { name: 'Search' }))
    const input = screen.getByRole('textbox', { name: /Company name/ })
    expect(input).toHaveAccessibleDescription('Fill this in.')
    expect(input).toHaveFocus()
    expect(asked).toEqual([])
  })

  it.each([
    [500, { request_id: 'r-7', detail: 'A bug.' }, 'Something went wrong in the portal', null],
    [503, { detail: 'The source crm is away.' }, 'The database is not available', 'may help'],
    [504, {}, 'The database took too long', 'may help'],
    [403, {}, 'You may not see this', null],
  ])('says what a %d is, and whether to retry', async (status, body, title, advice) => {
    await open()
    onPost('/interfaces/labs/search', () => problem(status, body))
    await userEvent.click(screen.getByRole('button', { name: 'Search' }))
    const alert = await screen.findByRole('alert')
    expect(within(alert).getByRole('heading')).toHaveTextContent(title)
    if (advice) expect(alert).toHaveTextContent(advice)
    else expect(alert).not.toHaveTextContent('Trying again')
    if ('request_id' in body) expect(alert).toHaveTextContent('Reference: r-7')
    onPost('/interfaces/labs/search', result([[1, 'Acme', 'x']]))
    await userEvent.click(within(alert).getByRole('button', { name: 'Retry' }))
    expect(await screen.findByRole('grid', { name: 'Rows found' })).toBeVisible()
  })

  it('waits as long as a 503 asks before it offers to retry', async () => {
    await open()
    onPost('/interfaces/labs/search', () => problem(503, {}, { 'retry-after': '5' }))
    await userEvent.click(screen.getByRole('button', { name: 'Search' }))
    expect(await screen.findByRole('button', { name: /Retry in 5/ })).toBeDisabled()
  })

  it('says that nothing matches, and which criterion to relax', async () => {
    await open([...CRITERIA, criterion('text', { name: 'city', label: 'City' })])
    onPost('/interfaces/labs/search', result([]))
    const counted = onPost('/interfaces/labs/count', ({ body }) =>
      HttpResponse.json({ count: 'name' in (body as Asked).criteria ? 0 : 1234, elapsed_ms: 1 }),
    )
    await userEvent.type(screen.getByLabelText('Company name'), 'zzz')
    await userEvent.type(screen.getByLabelText('City'), 'Paris{Enter}')
    expect(await screen.findByText('No rows match')).toBeVisible()
    expect(await screen.findByText('1,234 rows without it')).toBeVisible()
    expect(screen.getByText('0 rows without it')).toBeVisible()
    const exact = counted.filter(({ url }) => url.search === '')
    expect(exact.map(({ body }) => (body as Asked).criteria)).toEqual([
      { city: 'Paris' },
      { name: 'zzz' },
    ])
    const asked = onPost('/interfaces/labs/search', result([[1, 'Acme', 'x']]))
    await userEvent.click(screen.getByRole('button', { name: 'Search without it: Company name' }))
    expect(await screen.findByRole('grid', { name: 'Rows found' })).toBeVisible()
    expect(asked[0]?.body).toMatchObject({ criteria: { city: 'Paris' } })
    expect(screen.getByLabelText('Company name')).toHaveValue('')
    await waitFor(() => expect(screen.getByRole('button', { name: 'All criteria' })).toHaveFocus())
  })

  it.each([
    [{ reason: 'rows', estimated_count: 2_310_554 }, 'About 2.3 million rows match'],
    [{ reason: 'rows', count: 20_000, estimated_count: null }, '20,000 rows match, and'],
    [{ reason: 'rows', estimated_count: null }, 'More than 10,000 rows match'],
    [{ reason: 'time', estimated_count: 90_000 }, 'It was stopped after 20 s'],
  ])('calmly says why a result is not shown whole: %o', async (heavy, text) => {
    await open()
    onPost('/interfaces/labs/search', () =>
      HttpResponse.json(
        {
          columns: COLUMNS,
          rows: [[1, 'Acme', 'x']],
          count: null,
          elapsed_ms: 20_000,
          heavy: true,
          unmatched: {},
          ...heavy,
        },
        { status: 202 },
      ),
    )
    await userEvent.click(screen.getByRole('button', { name: 'Search' }))
    expect(await screen.findByText(new RegExp(text.replaceAll(' ', '\\s')))).toBeVisible()
    expect(screen.getByText('Acme')).toBeVisible()
    expect(screen.queryByRole('button', { name: 'CSV' })).toBeNull()
  })

  it('counts a result too large to show, where nothing else will tell', async () => {
    await open()
    const answer = { columns: COLUMNS, rows: [[1, 'Acme', 'x']], count: null, elapsed_ms: 90 }
    onPost('/interfaces/labs/search', {
      ...answer,
      estimated_count: 100_000,
      heavy: true,
      reason: 'rows',
      extract: null,
      unmatched: {},
    })
    onPost('/interfaces/labs/count', { count: 20_000, elapsed_ms: 300, estimate: false })
    await userEvent.click(screen.getByRole('button', { name: 'Search' }))
    expect(await screen.findByText('Acme')).toBeVisible()
    expect(await screen.findByRole('heading', { name: '20,000 rows' })).toBeVisible()
  })

  it('downloads the CSV of what the table shows, under the name that the server gave', async () => {
    await open()
    onPost('/interfaces/labs/search', result([[1, 'Acme', 'x']]))
    await userEvent.type(screen.getByLabelText('Company name'), 'acme{Enter}')
    await userEvent.click(await screen.findByRole('button', { name: 'Name' }))
    await screen.findByRole('columnheader', { name: 'Name' })
    const asked = onPost(
      '/interfaces/labs/csv',
      () =>
        new HttpResponse('Id,Name\r\n', {
          headers: { 'content-disposition': 'attachment; filename="labs_20260102T030405Z.csv"' },
        }),
    )
    let saved = ''
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      saved = this.download
    })
    // The form moves on; the table, and so the CSV, does not.
    await userEvent.click(screen.getByRole('button', { name: 'All criteria' }))
    await userEvent.type(screen.getByLabelText('Company name'), ' and more')
    await userEvent.click(screen.getByRole('button', { name: 'CSV' }))
    await waitFor(() => expect(saved).toBe('labs_20260102T030405Z.csv'))
    expect(asked[0]?.body).toMatchObject({
      criteria: { name: 'acme' },
      sort: [{ column: 'name', descending: false }],
      columns: ['id', 'name'],
      dialect: { delimiter: ',', bom: false },
    })
  })

  it('says when the CSV would be too large', async () => {
    await open()
    onPost('/interfaces/labs/search', result([[1, 'Acme', 'x']]))
    await userEvent.click(screen.getByRole('button', { name: 'Search' }))
    onPost('/interfaces/labs/csv', () => problem(413, { detail: 'More than 10,000 rows.' }))
    await userEvent.click(await screen.findByRole('button', { name: 'CSV' }))
    expect(await screen.findByText('The result is too large')).toBeVisible()
    expect(screen.getByText('Acme')).toBeVisible()
  })

  it('fills the form from the address and runs its search', async () => {
    onGet('/interfaces/labs/options/country', {
      options: [{ value: 33, label: 'France' }],
      more: false,
    })
    const asked = onPost('/interfaces/labs/search', result([[1, 'Acme', 'x']]))
    await open(
      [...CRITERIA, select('country', { label: 'Country' })],
      '?name.not=labs&country=33&.sort=name:desc',
    )
    await screen.findByRole('grid', { name: 'Rows found' })
    expect(screen.getByLabelText('Company name')).toHaveValue('labs')
    expect(await screen.findByTitle('Country: France')).toBeVisible()
    expect(asked[0]?.body).toEqual({
      criteria: { name: { not: 'labs' }, country: [33] },
      sort: [{ column: 'name', descending: true }],
      extract: false,
    })
  })

  it('does not put the search of the address in place of one that the user began meanwhile', async () => {
    onGet('/interfaces/labs/options/country', async () => {
      await delay(300)
      return HttpResponse.json({ options: [{ value: 33, label: 'France' }], more: false })
    })
    const asked = onPost('/interfaces/labs/search', result([[1, 'Acme', 'x']]))
    await open([...CRITERIA, select('country', { label: 'Country' })], '?name=labs&country=33')
    await userEvent.click(screen.getByRole('button', { name: 'Search' }))
    await screen.findByRole('grid', { name: 'Rows found' })
    expect(await screen.findByTitle('Country: France')).toBeVisible()
    await delay(50)
    expect(asked.map(({ body }) => (body as { extract: boolean }).extract)).toEqual([true])
  })

  it('does not run a search that lost values on the way', async () => {
    onGet('/interfaces/labs/options/country', {
      options: [{ value: 33, label: 'France' }],
      more: false,
    })
    const asked = onPost('/interfaces/labs/search', result([]))
    await open([...CRITERIA, select('country', { label: 'Country' })], '?name=labs&country=99')
    expect(await screen.findByText('No longer fits, and was removed: 99')).toBeVisible()
    expect(asked).toEqual([])
  })

  it('asks for its texts in the language of the page, and keeps what is filled in when that changes', async () => {
    await open()
    onPost('/interfaces/labs/search', result([[1, 'Acme', 'x']]))
    await userEvent.type(screen.getByLabelText('Company name'), 'acme{Enter}')
    await screen.findByRole('columnheader', { name: 'Name' })
    const asked = onGet('/interfaces/labs', {
      ...form([criterion('text', { name: 'name', label: 'Nom de l’entreprise' })], {
        title: 'Labos',
        columns: COLUMNS.map((one) => ({ ...one, label: `${one.label} (fr)` })),
      }),
    })
    await userEvent.click(screen.getByRole('button', { name: /Français$/ }))
    expect(await screen.findByRole('heading', { name: 'Labos' })).toBeVisible()
    expect(asked[0]?.language).toBe('fr')
    expect(screen.getByLabelText('Nom de l’entreprise')).toHaveValue('acme')
    expect(screen.getByRole('columnheader', { name: 'Name (fr)' })).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: /English$/ }))
  })

  it('says which values a link could not carry, and does not search without them', async () => {
    const asked = onPost('/interfaces/labs/search', result([]))
    await open([criterion('values', { name: 'domain', label: 'Domains' })], '?domain.pasted=5000')
    expect(await screen.findByText(/5,000 values of Domains that did not fit/)).toBeVisible()
    expect(asked).toEqual([])
  })

  it('offers an interface that does not work to its author, with what is wrong', async () => {
    onGet('/interfaces', [
      {
        id: 'labs',
        title: 'Labs',
        group: null,
        description: null,
        available: false,
        problem: 'labs.yaml:3: unknown key',
      },
    ])
    onGet('/interfaces/labs', () => problem(503))
    await renderPage(App, {}, '/interfaces/labs')
    expect(await screen.findByText('labs.yaml:3: unknown key')).toBeVisible()
    expect(screen.getByRole('link', { name: /Labs does not work/ })).toBeVisible()
  })
})

describe('names and values that mean something else to a program', () => {
  it('are a criterion and a column like all others', async () => {
    const columns = [
      column({ name: '__proto__', label: 'Proto' }),
      column({ name: 'constructor', label: 'Builder' }),
    ]
    onGet('/interfaces/odd', { ...form([criterion('text', { name: 'constructor' })], { columns }) })
    onGet('/interfaces', [])
    onPost('/interfaces/odd/count', { count: 1, elapsed_ms: 1, estimate: true })
    const asked = onPost('/interfaces/labs/search', { ...result([['p', 'x']]), columns })
    await renderPage(App, {}, '/interfaces/odd')
    await userEvent.type(await screen.findByLabelText('Constructor'), 'x{Enter}')
    const table = await screen.findByRole('grid', { name: 'Rows found' })
    expect(
      within(table)
        .getAllByRole('columnheader')
        .map((head) => head.textContent),
    ).toEqual(['Proto', 'Builder'])
    expect(asked[0]?.body).toMatchObject({ criteria: { constructor: 'x' } })
  })

  it('are options: an empty text, and the one for rows without a value', async () => {
    onGet('/interfaces/labs/options/code', {
      options: [
        { value: null, label: 'No code' },
        { value: '', label: '(empty)' },
        { value: 'A', label: 'A' },
      ],
      more: false,
    })
    await open([select('code')])
    const asked = onPost('/interfaces/labs/search', result([]))
    const field = screen.getByRole('combobox', { name: 'Code' })
    await userEvent.click(field)
    await userEvent.click(await screen.findByRole('option', { name: '(empty)' }))
    await userEvent.click(await screen.findByRole('option', { name: 'No code' }))
    await userEvent.keyboard('{Escape}')
    await userEvent.click(screen.getByRole('button', { name: 'Search' }))
    await waitFor(() => expect(asked[0]?.body).toMatchObject({ criteria: { code: ['', null] } }))
    expect(screen.getAllByText('(empty)').length).toBeGreaterThan(0)
  })
})
