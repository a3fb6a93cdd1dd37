/**
 * What happens on the page of one interface: filling, counting, searching, sorting, restoring.
 *
 * The pieces are composables of their own; this one only says which follows which.
 */
import { computed, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { InterfaceForm, SearchResult, SortKey } from '@/api/types'
import { emptyField, type Fields } from '@/criteria/fields'
import { useAnnouncer } from '@/composables/app/useAnnouncer'
import { useFormat } from '@/composables/format/useFormat'
import { useRowCounts } from './useRowCounts'
import { useSearch } from './useSearch'
import { useSearchInputs } from '@/composables/form/useSearchInputs'

export function useSearchPage(form: InterfaceForm) {
  const { t } = useI18n()
  const { number } = useFormat()
  const { announce } = useAnnouncer()

  const inputs = useSearchInputs(form, (isSearched) => void restore(isSearched))
  const { state, options, sort } = inputs
  const results = useSearch(form.id)
  /** How many searches were begun here. */
  let shown = 0
  /** The form as it was when it was searched. */
  const asked = shallowRef<Fields>({})
  const counts = useRowCounts(form.id, state)
  const { exact: count, matched } = counts
  const isRunning = computed(() => results.request.isLoading.value || count.isLoading.value)

  /** Whether the rows below no longer answer the form above. */
  const isStale = computed(() => {
    const { value: searched } = results.searched
    return (
      searched !== null &&
      JSON.stringify(searched.criteria) !== JSON.stringify(state.criteria.value)
    )
  })

  async function restore(isSearched: boolean) {
    results.request.reset()
    counts.reset()
    await runRestored(isSearched)
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
    inputs.address.write()
    const fields = JSON.parse(JSON.stringify(state.fields)) as Fields
    if (await runSearch(state.criteria.value, isExtracted)) asked.value = fields
  }

  async function runSearch(criteria: typeof state.criteria.value, isExtracted = false) {
    const answer = await results.run(criteria, sort.value, isExtracted)
    if (answer) {
      announce(summary(answer))
      void matched.complete(criteria, answer)
    } else if (results.request.error.value) state.checks.refuse(results.request.error.value)
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
    results.request.cancel()
    if (!isReady()) return
    const answer = await count.run(state.criteria.value)
    if (answer) announce(t('result.announceCount', { count: number(answer.count) }, answer.count))
    else if (count.error.value) state.checks.refuse(count.error.value)
  }

  /**
   * Sort what is shown: the rows answer the criteria that were searched, whatever the form says by now.
   * Those of a light result are sorted here.
   */
  async function sortBy(keys: SortKey[]) {
    const searched = results.searched.value
    if (!searched) return
    sort.value = keys
    if (!isStale.value) inputs.address.write()
    if (!results.rows.rearrange(keys)) await runSearch(searched.criteria)
  }

  function isReady(): boolean {
    if (state.checks.validate()) return true
    const faults = state.checks.faults.value.size
    announce(faults > 0 ? t('form.faulty', faults) : t('form.requireOne'))
    return false
  }

  function cancel() {
    results.request.cancel()
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
    inputs.clear()
    results.request.reset()
    counts.reset()
  }

  const opened = runRestored(inputs.address.isSearched)

  return {
    inputs,
    results: { ...results, asked, isStale },
    counts,
    isRunning,
    commands: { search, show, countRows, sortBy, refresh, cancel, clear, relax, isReady },
    /** Resolves when the form is ready to be filled, and its search, if the address had one, is done. */
    opened,
  }
}

export type SearchPage = ReturnType<typeof useSearchPage>
