import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import type { InterfaceSummary } from '@/api/types'
import { groupInterfaces } from '@/composables/useInterfaces'
import { renderPage } from '@/testing/render'
import { filterGroups } from './filterGroups'
import InterfaceList from './InterfaceList.vue'

function summary(id: string, title: string, group: string): InterfaceSummary {
  return { id, title, group, description: null, available: true, problem: null }
}

const groups = groupInterfaces([
  summary('companies', 'Companies', 'CRM'),
  summary('equipes', 'Équipes', 'CRM'),
  summary('sites', 'Sites', 'Laboratory'),
])

describe('filterGroups', () => {
  it.each([
    ['', ['companies', 'equipes', 'sites']],
    ['equi', ['equipes']],
    ['crm comp', ['companies']],
    ['LAB', ['sites']],
    ['nothing', []],
  ])('finds for %j %j', (typed, ids) => {
    const found = filterGroups(groups, typed).flatMap((group) => group.interfaces)
    expect(found.map(({ id }) => id)).toEqual(ids)
  })
})

describe('the list of interfaces', () => {
  it('is reached by /, walked by arrows, and opened by Enter', async () => {
    const { router } = await renderPage(InterfaceList, { groups })
    await userEvent.keyboard('/')
    expect(screen.getByRole('searchbox', { name: 'Find an interface' })).toHaveFocus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}')
    expect(screen.getByRole('link', { name: 'Équipes' })).toHaveFocus()
    await userEvent.keyboard('{ArrowUp}{ArrowUp}')
    await userEvent.keyboard('sit{Enter}')
    expect(screen.getByRole('searchbox')).toHaveValue('')
    expect(router.currentRoute.value.params.id).toBe('sites')
  })

  it('says when nothing is called that', async () => {
    await renderPage(InterfaceList, { groups })
    await userEvent.type(screen.getByRole('searchbox'), 'zzz')
    expect(screen.getByText('No interface is called that.')).toBeVisible()
  })
})
