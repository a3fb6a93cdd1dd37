/** The input of each type of criterion. */
import type { Component } from 'vue'
import type { CriterionType } from '@/api/types'
import CriterionBoolean from './CriterionBoolean.vue'
import CriterionDate from './CriterionDate.vue'
import CriterionDateRange from './CriterionDateRange.vue'
import CriterionNumber from './CriterionNumber.vue'
import CriterionNumberRange from './CriterionNumberRange.vue'
import CriterionSelect from './CriterionSelect.vue'
import CriterionText from './CriterionText.vue'
import CriterionValues from './CriterionValues.vue'

export const INPUTS: Record<CriterionType, Component> = {
  text: CriterionText,
  number: CriterionNumber,
  number_range: CriterionNumberRange,
  date: CriterionDate,
  date_range: CriterionDateRange,
  select: CriterionSelect,
  boolean: CriterionBoolean,
  values: CriterionValues,
}

/** Types of more than one input: their label names the group, not one of them. */
export const GROUPS: ReadonlySet<CriterionType> = new Set(['number_range', 'date_range', 'boolean'])
