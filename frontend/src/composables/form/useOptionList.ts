/** The options of one select: loading, type-ahead, labels of what is selected, dependencies. */
import { computed, markRaw, reactive, ref, watch } from 'vue'
import { listOptions } from '@/api/options'
import type { ApiProblem } from '@/api/problem'
import type { Criterion, Option, OptionList, OptionSource, OptionValue } from '@/api/types'
import type { Fields } from '@/criteria/fields'
import { lackedLabels, narrowingOf } from '@/criteria/parents'
import { useDebounced } from '@/composables/requests/useDebounced'
import { useRequest } from '@/composables/requests/useRequest'

const TYPING_PAUSE_MS = 200
/** Labels are asked for in an address, whose length is bounded. */
const MAX_LABELS_ASKED = 100

export type SelectCriterion = Criterion & { options: OptionSource }

/** A key that needs the options, pressed before they were there. */
export type HeldKey =
  | { act: 'move'; by: number }
  | { act: 'type'; text: string }
  | { act: 'choose' | 'accept' | 'chooseAll' | 'close' | 'submit' | 'clear' }

export interface OptionListState {
  options: Option[]
  /** What is selected, with its labels: the list as loaded need not hold it. */
  selected: Option[]
  /** The server has more than it sent: what is typed must be looked up there. */
  isPartial: boolean
  /** More match what was typed than the server sent. */
  hasMoreFound: boolean
  /** The options are not yet those that were asked for, or typed for. */
  isLoading: boolean
  heldKeys: HeldKey[]
  error: ApiProblem | null
  /** Labels of selected values that went because the list no longer has them. */
  dropped: string[]
  /** Labels of the criteria that narrow this list and are not filled in: without them, it may be empty. */
  lackedParents: string[]
  load: () => Promise<void>
  lookUp: (typed: string) => void
  forgetDropped: () => void
  /** What a value was called in any list so far; itself where it was in none. */
  labelOf: (value: OptionValue) => string
}

/** What stands beside a list in its form: what it depends on, with its own options. */
export interface Siblings {
  criteria: readonly Criterion[]
  lists: Readonly<Record<string, OptionListState>>
}

export function useOptionList(
  criterion: SelectCriterion,
  fields: Fields,
  siblings: Siblings = { criteria: [], lists: {} },
): OptionListState {
  const { url, search, depends_on } = criterion.options
  const loading = useRequest(listOptions)
  const finding = useRequest(listOptions)
  const excluding = useRequest(listOptions)
  const labelling = useRequest(listOptions)
  const typing = useDebounced((q: string) => void showing(() => find(q)), TYPING_PAUSE_MS)
  /** Answers that are not yet shown. */
  const awaited = ref(0)
  const dependencies = computed(() =>
    narrowingOf(depends_on, fields, siblings.lists, siblings.criteria),
  )
  /** Every option seen so far: a value keeps its label when the next list doesn't hold it. */
  const seen = new Map<string, Option>()

  const state: OptionListState = reactive({
    options: markRaw([]),
    selected: [],
    isPartial: search,
    hasMoreFound: false,
    isLoading: computed(() => awaited.value > 0 || typing.isWaiting.value),
    heldKeys: [],
    error: computed(() => loading.error.value ?? finding.error.value ?? excluding.error.value),
    dropped: [],
    lackedParents: computed(() => lackedLabels(depends_on, fields, siblings.criteria)),
    load: () => showing(load),
    lookUp,
    forgetDropped,
    labelOf: (value: OptionValue) => optionOf(value).label,
  })

  async function showing(show: () => Promise<void>): Promise<void> {
    awaited.value += 1
    try {
      await show()
    } finally {
      awaited.value -= 1
    }
  }

  async function load(): Promise<void> {
    typing.cancel()
    finding.reset()
    const answer = await ask(loading)
    if (!answer) return
    show(answer.options)
    state.isPartial = search || answer.more
    await settleSelection(answer.options)
  }

  function lookUp(typed: string) {
    if (state.isPartial) typing.call(typed.trim())
  }

  async function find(q: string) {
    const answer = await ask(finding, q)
    if (!answer) return
    show(answer.options)
    state.hasMoreFound = answer.more
  }

  /** Ask for options, without those of what a criterion that is turned round excludes. */
  async function ask(request: typeof loading, q?: string): Promise<OptionList | null> {
    const { narrowed, excluded } = dependencies.value
    const answer = await request.run(url, { q, dependencies: narrowed })
    if (!answer || answer.options.length === 0 || Object.keys(excluded).length === 0) return answer
    const theirs = await excluding.run(url, { q, dependencies: { ...narrowed, ...excluded } })
    if (!theirs) return null
    const unwanted = new Set(theirs.options.map(({ value }) => value))
    return { ...answer, options: answer.options.filter(({ value }) => !unwanted.has(value)) }
  }

  function forgetDropped() {
    state.dropped = []
  }

  function show(options: Option[]) {
    state.options = markRaw(options)
    remember(options)
  }

  function remember(options: readonly Option[]) {
    for (const option of options) seen.set(String(option.value), option)
  }

  /** Give every selected value its label and its own type (an address holds text only), and drop
   * those that fit no more. */
  async function settleSelection(options: readonly Option[]) {
    const values = selectedValues()
    const fitting = new Map(options.map((option) => [String(option.value), option]))
    const unknown = values.filter((value) => !fitting.has(String(value)))
    if (unknown.length > 0 && state.isPartial) {
      const value = unknown.slice(0, MAX_LABELS_ASKED)
      const answer = await labelling.run(url, { value, dependencies: dependencies.value.narrowed })
      // Labels that can't be had are no reason to drop what the user chose.
      if (!answer) return
      remember(answer.options)
      const unasked = unknown.slice(MAX_LABELS_ASKED).map((one) => optionOf(one))
      for (const option of [...answer.options, ...unasked])
        fitting.set(String(option.value), option)
    }
    if (values.length > 0) keepFitting(values, fitting)
  }

  function keepFitting(values: readonly OptionValue[], fitting: ReadonlyMap<string, Option>) {
    const field = fields[criterion.name]
    if (!field) return
    const kept = values.flatMap((value) => fitting.get(String(value)) ?? [])
    const dropped = values.filter((value) => !fitting.has(String(value)))
    // Told until the user chooses again: a country is often removed first, and then replaced.
    if (dropped.length > 0) state.dropped = dropped.map((value) => optionOf(value).label)
    state.selected = kept
    field.value = kept.map((option) => option.value)
  }

  function optionOf(value: OptionValue): Option {
    return seen.get(String(value)) ?? { value, label: String(value) }
  }

  function selectedValues(): OptionValue[] {
    const value = fields[criterion.name]?.value
    return Array.isArray(value) ? value : []
  }

  watch(selectedValues, (values) => (state.selected = values.map((value) => optionOf(value))), {
    immediate: true,
  })
  watch(
    () => JSON.stringify(dependencies.value),
    () => void state.load(),
  )
  return state
}
