/** The choices of a record's selects: loaded as those of criteria are, or known from the column's own type. */
import { reactive } from 'vue'
import type { Criterion, OptionValue, RecordField } from '@/api/types'
import type { Fields } from '@/criteria/fields'
import {
  useOptionList,
  type OptionListState,
  type SelectCriterion,
} from '@/composables/form/useOptionList'

/** A field as the inputs of criteria know it. */
export function asCriterion(field: RecordField): Criterion {
  return {
    name: field.name,
    type: field.type === 'select' ? 'select' : 'text',
    label: field.label,
    help: field.help,
    placeholder: field.placeholder ?? '',
    required: field.required,
    default: null,
    multiple: false,
    negatable: false,
    operators: [],
    match: null,
    normalize: null,
    addresses: false,
    options: field.options && { ...field.options, depends_on: [] },
  }
}

export function useRecordLists(fields: readonly RecordField[], values: Fields) {
  const lists: Record<string, OptionListState> = {}
  for (const field of fields) {
    if (field.type !== 'select') continue
    const criterion = asCriterion(field)
    if (!isLoaded(criterion)) lists[field.name] = fixedList(field, values)
    else void load((lists[field.name] = useOptionList(criterion, values)), field.name)
  }

  /** A record may hold what its list no longer offers: it keeps it until the user chooses something else. */
  async function load(list: OptionListState, name: string) {
    const kept = selected(values, name)
    await list.load()
    const [value] = kept
    if (value === undefined || selected(values, name).length > 0) return
    list.forgetDropped()
    list.options = [...list.options, { value, label: String(value) }]
    Object.assign(values, { [name]: { value: kept, not: false } })
  }

  return lists
}

function isLoaded(criterion: Criterion): criterion is SelectCriterion {
  return criterion.options !== null
}

function fixedList(field: RecordField, values: Fields): OptionListState {
  const options = field.choices.map((value) => ({ value, label: value }))
  return reactive({
    options,
    get selected() {
      return selected(values, field.name).map((value) => ({ value, label: String(value) }))
    },
    isPartial: false,
    hasMoreFound: false,
    isLoading: false,
    heldKeys: [],
    error: null,
    dropped: [],
    lackedParents: [],
    load: () => Promise.resolve(),
    lookUp: () => undefined,
    forgetDropped: () => undefined,
    labelOf: String,
  })
}

function selected(values: Fields, name: string): OptionValue[] {
  const value = values[name]?.value
  return Array.isArray(value) ? value : []
}
