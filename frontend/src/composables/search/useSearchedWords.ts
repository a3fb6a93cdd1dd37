/** Criteria in a few words each: labels instead of values, in the reader's language. */
import { useI18n } from 'vue-i18n'
import type { Criterion, OptionValue, Preset } from '@/api/types'
import {
  isFilled,
  isList,
  isRange,
  own,
  type Field,
  type Fields,
  type RangeValue,
} from '@/criteria/fields'
import { askingOf } from '@/criteria/operators'
import { displayNumber } from '@/criteria/numbers'
import { daysOf, formatDays, isPreset, todayText } from '@/criteria/presets'
import { formatDate } from '@/cells/temporal'
import { useFormat } from '@/composables/format/useFormat'
import { usePortalZone } from '@/composables/format/usePortalZone'
import type { SearchPage } from './useSearchPage'

export interface FilledWords {
  name: string
  label: string
  words: string
}

/** Of many values, so many are named. */
const NAMED = 4

export function useSearchedWords(criteria: () => readonly Criterion[], page: SearchPage) {
  const { t } = useI18n()
  const { locale, number } = useFormat()
  const timeZone = usePortalZone()

  /**
   * Each criterion that is filled in, and what is asked of it: read together they are a sentence. Days by name without
   * their dates, if those are too long.
   */
  function words(fields: Fields, isShort = false): FilledWords[] {
    return criteria().flatMap((criterion) => {
      const field = own(fields, criterion.name)
      if (!field || !isFilled(field)) return []
      const words = askedWords(criterion, field, isShort)
      return [{ name: criterion.name, label: criterion.label, words }]
    })
  }

  /** *Is* goes without saying between a label and a value. */
  function askedWords(criterion: Criterion, field: Field, isShort: boolean): string {
    const { word, operator } = askingOf(criterion, field)
    if (operator === 'empty') return t(`operator.${word}`)
    const value = valueWords(criterion, field, isShort)
    return word === 'is' ? value : `${t(`operator.${word}`)} ${value}`
  }

  function valueWords(criterion: Criterion, { value }: Field, isShort: boolean): string {
    if (Array.isArray(value)) return named(criterion, value)
    if (isList(value)) return listed(criterion)
    if (isRange(value)) return range(criterion, value, isShort)
    if (typeof value === 'boolean') return t(value ? 'criterion.yes' : 'criterion.no')
    return single(criterion, value ?? '')
  }

  function named(criterion: Criterion, values: readonly OptionValue[]): string {
    if (criterion.type === 'values' && values.length > NAMED) return count(values.length)
    const labels = values.slice(0, NAMED).map((value) => labelOf(criterion, value))
    const more = values.length - labels.length
    return labels.join(', ') + (more > 0 ? ` +${number(more)}` : '')
  }

  function labelOf({ name }: Criterion, value: OptionValue): string {
    return own(page.inputs.options.lists, name)?.labelOf(value) ?? String(value)
  }

  /** A list by how many values it has, which the answer says. */
  function listed({ name }: Criterion): string {
    const found = own(page.results.rows.data.value?.unmatched ?? {}, name)
    return found ? count(found.values) : t('result.list')
  }

  function count(values: number): string {
    return t('criterion.values', { count: number(values) }, values)
  }

  function range(criterion: Criterion, { from, to, preset }: RangeValue, isShort: boolean): string {
    if (preset) return isPreset(preset) ? daysNamed(preset, isShort) : preset
    const [first, last] = [single(criterion, from), single(criterion, to)]
    if (first && last) return `${first} – ${last}`
    return first ? t('result.from', { value: first }) : t('result.upTo', { value: last })
  }

  function daysNamed(preset: Preset, isShort: boolean): string {
    if (isShort) return t(`preset.${preset}`)
    return `${t(`preset.${preset}`)} (${formatDays(daysOf(preset, todayText(timeZone.value)), locale.value)})`
  }

  function single({ type }: Criterion, value: string): string {
    if (type.startsWith('date')) return formatDate(value, locale.value)
    return type.startsWith('number') ? displayNumber(value, locale.value) : value
  }

  return { words }
}
