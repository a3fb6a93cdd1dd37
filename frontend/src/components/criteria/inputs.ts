/** The input of each type of criterion. */
import { defineAsyncComponent, type Component } from 'vue'
import type { Criterion, CriterionType } from '@/api/types'
import CriterionBoolean from './CriterionBoolean.vue'
import CriterionDate from './CriterionDate.vue'
import CriterionDateRange from './CriterionDateRange.vue'
import CriterionNumber from './CriterionNumber.vue'
import CriterionNumberRange from './CriterionNumberRange.vue'
import CriterionText from './CriterionText.vue'

/** The heaviest of them by far: fetched while the form is asked for, and not before. */
export const loadSelect = () => import('./CriterionSelect.vue')
/** Fetched for the forms that have one. */
const loadValues = () => import('./CriterionValues.vue')

export const INPUTS: Record<CriterionType, Component> = {
  text: CriterionText,
  number: CriterionNumber,
  number_range: CriterionNumberRange,
  date: CriterionDate,
  date_range: CriterionDateRange,
  select: defineAsyncComponent(loadSelect),
  boolean: CriterionBoolean,
  values: defineAsyncComponent(loadValues),
}

/** Fetch what a form's criteria need, so that it is drawn at once and whole; failing, each input tries again. */
export async function loadInputs(criteria: readonly Criterion[]): Promise<void> {
  const loads = [
    loadSelect,
    ...(criteria.some(({ type }) => type === 'values') ? [loadValues] : []),
  ]
  await Promise.allSettled(loads.map((load) => load()))
}

/** Types of more than one input: their label names the group, not one of them. */
export const GROUPS: ReadonlySet<CriterionType> = new Set(['number_range', 'date_range', 'boolean'])
