/**
 * What happens on the page of one interface: filling, counting, searching, sorting, restoring.
 *
 * The pieces are composables of their own; this one only says which follows which.
 */
import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { InterfaceForm, SearchResult, SortKey } from '@/api/types'
import { toQuery } from '@/criteria/address'
import { emptyField, type Fields } from '@/criteria/fields'
import { useAddress, type Restored } from './useAddress'
import { useAnnouncer } from './useAnnouncer'
import { useCount } from './useCount'
import { useDebounced } from './useDebounced'
import { useEstimate } from './useEstimate'
import { useForm } from './useForm'
import { useFormat } from './useFormat'
import { useMatched } from './useMatched'
import { useOptionLists } from './useOptionLists'
import { useSearch } from './useSearch'

const DRAFT_PAUSE_MS = 300

export function useSearchPage(form: InterfaceForm) {
  const { t } = useI18n()
  const { number } = useFormat()
  const { announce } = useAnnouncer()

  const address = useAddress(form.criteria, (restored) => void restore(restored))
  const opening = address.read()
  const state = useForm(form, opening.fields)
  const sort = ref<SortKey[]>(opening.sort)
  const omitted = ref(opening.omitted)
  const options = useOptionLists(form.criteria, state.fields)
  const results = useSearch(form.id)
  /** How many searches were begun here. */
  let shown = 0
  /** The form as it was when it was searched. */
  const asked = shallowRef<Fields>({})
  const count = useCount(form.id)
  const matched = useMatched(form.id)

  const askable = computed(() =>
    state.faults.value.size > 0 || state.lacksOne.value ? null : state.criteria.value,
  )
  const estimate = useEstimate(form.id, askable)
  const isRunning = computed(() => results.isLoading.value || count.isLoading.value)

  const criteriaText = computed(() => JSON.stringify(state.criteria.value))
  /** Whether the rows below no longer answer the form above. */
  const isStale = computed(() => {
    const { searched } = results
    return searched.value !== null && JSON.stringify(searched.value.criteria) !== criteriaText.value
  })

  async function restore(restored: Restored) {
    results.reset()
    count.reset()
    matched.reset()
    state.assign(restored.fields)
    sort.value = restored.sort
    omitted.value = restored.omitted
    draft.cancel()
    known = queryText.value
    await runRestored(restored.isSearched)
  }

  /**
   * A search that lost a value on the way would find more than it was meant to: the user decides. And who has searched
   * meanwhile gets that search, not this one in its stead.
   */
  async function runRestored(isSearched: boolean) {
    const before = shown
    await options.load()
    if (isSearched && !options.hasDropped.value && shown === before) await show()
  }

  /** Search because the user says so: a result too large to show is extracted by itself. */
  function search(): Promise<void> {
    return show(true)
  }

  /** Show what a link, a step back or a saved search leads to: nothing is written or mailed for it unasked. */
  async function show(isExtracted = false): Promise<void> {
    shown += 1
    count.reset()
    if (!isReady()) return
    draft.cancel()
    void address.write(state.fields, sort.value, true)
    const fields = JSON.parse(JSON.stringify(state.fields)) as Fields
    if (await runSearch(state.criteria.value, isExtracted)) asked.value = fields
  }

  async function runSearch(criteria: typeof state.criteria.value, isExtracted = false) {
    const answer = await results.run(criteria, sort.value, isExtracted)
    if (answer) {
      announce(summary(answer))
      void matched.complete(criteria, answer)
    } else if (results.error.value) state.refuse(results.error.value)
    return answer
  }

  /** Search again for what is shown, quietly: a record behind it was changed. */
  async function refresh(): Promise<void> {
    const { searched } = results
    if (searched.value) await results.run(searched.value.criteria, searched.value.sort)
  }

  function summary(answer: SearchResult): string {
    if (!answer.heavy) return t('result.announce', { count: number(answer.count) }, answer.count)
    return t(answer.extract ? 'extracts.announceBegun' : 'result.announceHeavy')
  }

  async function countRows(): Promise<void> {
    results.cancel()
    if (!isReady()) return
    const answer = await count.run(state.criteria.value)
    if (answer) announce(t('result.announceCount', { count: number(answer.count) }, answer.count))
    else if (count.error.value) state.refuse(count.error.value)
  }

  /**
   * Sort what is shown: the rows answer the criteria that were searched, whatever the form says by now.
   * Those of a light result are sorted here.
   */
  async function sortBy(keys: SortKey[]) {
    const searched = results.searched.value
    if (!searched) return
    sort.value = keys
    draft.cancel()
    if (!isStale.value) void address.write(state.fields, keys, true)
    if (!results.rearrange(keys)) await runSearch(searched.criteria)
  }

  function isReady(): boolean {
    if (state.validate()) return true
    const faults = state.faults.value.size
    announce(faults > 0 ? t('form.faulty', faults) : t('form.requireOne'))
    return false
  }

  function cancel() {
    results.cancel()
    count.cancel()
    announce(t('result.cancelled'))
  }

  /** Take a criterion away, and search again. */
  async function relax(name: string): Promise<void> {
    const criterion = form.criteria.find((one) => one.name === name)
    if (!criterion) return
    state.fields[name] = emptyField(criterion)
    await search()
  }

  function clear() {
    state.clear()
    sort.value = []
    omitted.value = new Map()
    results.reset()
    count.reset()
    matched.reset()
  }

  // An exact count belongs to the form that was counted.
  watch(criteriaText, () => count.reset())

  const queryText = computed(() => JSON.stringify(toQuery(form.criteria, state.fields, sort.value)))
  let known = queryText.value
  const draft = useDebounced(() => {
    if (queryText.value === known) return
    known = queryText.value
    void address.write(state.fields, sort.value, false)
  }, DRAFT_PAUSE_MS)
  watch(queryText, draft.call)

  const opened = runRestored(opening.isSearched)

  return {
    state,
    options,
    results,
    asked,
    count,
    matched,
    estimate,
    isRunning,
    isStale,
    sort,
    omitted,
    search,
    show,
    countRows,
    sortBy,
    refresh,
    cancel,
    clear,
    relax,
    isReady,
    /** Resolves when the form is ready to be filled, and its search, if the address had one, is done. */
    opened,
    link: () => address.link(state.fields, sort.value),
  }
}

export type SearchPage = ReturnType<typeof useSearchPage>
