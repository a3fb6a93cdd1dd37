/** *Only these*, *not these*: the criterion of a column takes what its selected cells hold, and is searched. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Cell, Criterion, InterfaceForm, OptionValue, Row } from '@/api/types'
import { useAnnouncer } from '@/composables/app/useAnnouncer'
import { useBarCriterion } from '@/composables/form/useBarCriterion'
import type { SearchPage } from '@/composables/search/useSearchPage'
import type { TableSelection } from '@/composables/table/useSelection'
import { emptyField, type Field } from '@/criteria/fields'
import type { ArrangedColumn } from '@/table/arrangement'
import { fieldOf, fieldWithout, isTaken } from '@/summary/taken'

/** Of more different values nobody keeps the overview. */
const MOST_VALUES = 100

export function useCellCriterion(
  form: InterfaceForm,
  page: SearchPage,
  { selection }: TableSelection,
  rows: () => readonly Row[],
  columns: () => readonly ArrangedColumn[],
) {
  const { t } = useI18n()
  const { announce } = useAnnouncer()
  const { findOption } = useBarCriterion(form, page)
  const { fields } = page.inputs.state

  /**
   * The different values of the selected cells, none where all are NULL; null where they are of several columns, or
   * some of them are NULL.
   */
  const selected = computed(() => {
    const { firstRow = 0, lastRow = -1, firstColumn = 0, lastColumn = 1 } = selection.value ?? {}
    const arranged = columns()[firstColumn]
    if (firstColumn !== lastColumn || !arranged) return null
    const values = new Set<Cell>()
    for (const row of rows().slice(firstRow, lastRow + 1)) {
      if (values.add(row[arranged.index] ?? null).size > MOST_VALUES) return null
    }
    if (values.size > 1 && values.has(null)) return null
    values.delete(null)
    return { column: arranged.column, values: [...values].map(String) }
  })
  const criterion = computed(() => {
    const { column, values } = selected.value ?? {}
    const known = form.columns.find(({ name }) => name === column?.name)
    const filled = form.criteria.find(({ name }) => name === known?.criterion)
    return column && values && filled && isTaken(filled, column, values) ? filled : null
  })
  const heldBy = ({ name }: Criterion): Field | undefined => fields[name]
  const canKeep = computed(() => criterion.value !== null)
  const canLeaveOut = computed(() => {
    const { value } = criterion
    if (!value?.negatable) return false
    const field = heldBy(value) ?? emptyField(value)
    return fieldWithout(value, field, selected.value?.values ?? []) !== null
  })

  async function valuesFor(
    taking: Criterion,
    labels: readonly string[],
  ): Promise<OptionValue[] | null> {
    if (!taking.options) return [...labels]
    const options = await Promise.all(labels.map((label) => findOption(taking, label)))
    const found = options.flatMap((option) => (option ? [option.value] : []))
    return found.length === labels.length ? found : null
  }

  async function take(isLeftOut: boolean) {
    const { value: taking } = criterion
    const { values: labels = [] } = selected.value ?? {}
    if (!taking) return
    const label = taking.label
    try {
      const values = await valuesFor(taking, labels)
      const field = heldBy(taking) ?? emptyField(taking)
      const taken =
        values && (isLeftOut ? fieldWithout(taking, field, values) : fieldOf(taking, values))
      if (!taken) {
        announce(t('summary.unknown', { value: labels.join(', '), label }))
        return
      }
      fields[taking.name] = taken
      await page.inputs.options.lists[taking.name]?.load()
      await page.commands.show()
    } catch {
      announce(t('summary.failed', { label }))
    }
  }

  return { canKeep, canLeaveOut, keep: () => take(false), leaveOut: () => take(true) }
}
