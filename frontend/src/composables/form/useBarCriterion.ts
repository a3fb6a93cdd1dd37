/** A click on a bar: the criterion of its column takes what the bar stands for. */
import { listOptions } from '@/api/options'
import type { ColumnSummary, Criterion, InterfaceForm, Option, OptionValue } from '@/api/types'
import { isList, isRange, type Field } from '@/criteria/fields'
import { withBar, type Bar } from '@/summary/picked'
import type { SearchPage } from '@/composables/search/useSearchPage'

export type Outcome = 'added' | 'unknown' | 'failed'

export function useBarCriterion(form: InterfaceForm, page: SearchPage) {
  const { fields } = page.inputs.state

  /** The criterion that a click on a bar of this column fills in, if there is one that can hold it. */
  function criterionOf({ name }: ColumnSummary, bar: Bar): Criterion | null {
    const filled = form.columns.find((column) => column.name === name)?.criterion
    const criterion = form.criteria.find((one) => one.name === filled)
    if (!criterion) return null
    if (criterion.options) return bar.value === undefined ? null : criterion
    const field = fields[criterion.name]
    return field && withBar(criterion, field, bar) ? criterion : null
  }

  async function add(criterion: Criterion, bar: Bar): Promise<Outcome> {
    if (criterion.options) return addOption(criterion, bar.value ?? '')
    const field = fields[criterion.name]
    const added = field && withBar(criterion, field, bar)
    if (!added) return 'unknown'
    fields[criterion.name] = added
    return 'added'
  }

  /** A bar has the label of a choice; what is searched for is its value. */
  async function addOption(criterion: Criterion, label: string): Promise<Outcome> {
    const list = page.inputs.options.lists[criterion.name]
    const loaded = list?.options.find((option) => option.label === label)
    try {
      const option = loaded ?? (await findOption(criterion, label))
      if (!option) return 'unknown'
      fields[criterion.name] = withOption(criterion, fields[criterion.name], option.value)
      // A choice that the list hasn't seen yet gets its label from the server.
      if (!loaded) await list?.load()
      return 'added'
    } catch {
      return 'failed'
    }
  }

  async function findOption(criterion: Criterion, q: string): Promise<Option | undefined> {
    const { url = '', depends_on = [] } = criterion.options ?? {}
    const dependencies = Object.fromEntries(depends_on.map((name) => [name, valuesOf(name)]))
    const { options } = await listOptions(new AbortController().signal, url, { q, dependencies })
    return options.find((option) => option.label === q)
  }

  function valuesOf(name: string): OptionValue[] {
    const field = fields[name]
    if (!field || field.not || field.operator || field.value === null || field.value === '')
      return []
    if (Array.isArray(field.value)) return [...field.value]
    return isRange(field.value) || isList(field.value) ? [] : [String(field.value)]
  }

  return { criterionOf, add, findOption }
}

function withOption({ multiple }: Criterion, field: Field | undefined, value: OptionValue): Field {
  const isAsked = multiple && field && !field.not && !field.operator
  const held = isAsked && Array.isArray(field.value) ? field.value : []
  const isHeld = held.some((one) => String(one) === String(value))
  return { value: isHeld ? [...held] : [...held, value], not: false }
}
