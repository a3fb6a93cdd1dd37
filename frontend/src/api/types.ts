/** The portal's answers and questions by the page's own names: as its API documents them, in `schema.ts`. */
import type { components } from './schema'

type Schemas = components['schemas']

/** A shape of the document of which the page knows more: fields that are there, each with a narrower type. */
type Narrow<Shape, Fields extends Partial<Shape>> = Omit<Shape, keyof Fields> & Fields

export type InterfaceSummary = Schemas['InterfaceSummary']

export type CriterionType = Schemas['CriterionForm']['type']

/** How a criterion may be asked otherwise than by its value alone. */
export type Operator = Schemas['CriterionForm']['operators'][number]

export type OptionValue = string | number

export type OptionSource = Schemas['OptionsPlace']

/** Periods; the server says which they are when a search runs. */
export type Preset =
  | 'today'
  | 'yesterday'
  | 'last_7_days'
  | 'last_30_days'
  | 'this_week'
  | 'this_month'
  | 'last_month'
  | 'this_quarter'
  | 'last_quarter'
  | 'this_year'
  | 'last_year'

export type CriterionValue =
  | string
  | number
  | boolean
  | null
  | (OptionValue | null)[]
  | { from?: string | number | null; to?: string | number | null }
  | { preset: Preset }
  | { list: string }
  | { contains: string }
  | { prefix: string }
  | { exact: string }
  | { empty: true }
  | { not: CriterionValue }

export type Criteria = Record<string, CriterionValue>

export type Criterion = Narrow<Schemas['CriterionForm'], { default: CriterionValue }>

/** A column as the form tells of it, before any result. */
export type FormColumn = Schemas['ResultColumn']
export type Column = Omit<FormColumn, 'summary' | 'criterion'>
export type ColumnType = Column['type']

export type ValueCount = Schemas['ValueCount']
export type Bucket = Schemas['BucketCount']
export type ColumnSummary = Schemas['ColumnSummaryShape']
export type Summary = Schemas['SummaryAnswer']

/** How the records behind the rows can be edited. */
export type RecordSummary = Schemas['RecordSummary']

export type InterfaceForm = Narrow<Schemas['Form'], { criteria: Criterion[] }>

export type Option = Narrow<Schemas['OptionShape'], { value: OptionValue }>
export type OptionList = Narrow<Schemas['OptionsPage'], { options: Option[] }>

export type SortKey = Required<Schemas['SortBody']>

/** What a search found of a list. */
export type Unmatched = Schemas['Matched']

export type ValueList = Schemas['ValueList']
export type ValueListChange = Omit<Schemas['ValueListChange'], 'encoding'> & { encoding?: string }

export type CountAnswer = Schemas['CountAnswer']

export type Cell = string | number | boolean | null
export type Row = readonly Cell[]

/** Rows are never changed in place. */
interface Rows {
  rows: Row[]
}
export type LightResult = Omit<Schemas['LightResult'], 'rows'> & Rows
export type HeavyResult = Omit<Schemas['HeavyResult'], 'rows' | 'extract'> &
  Rows & { extract: Extract | null }
export type SearchResult = LightResult | HeavyResult

export type Dialect = Required<Schemas['DialectBody']>

export type User = Schemas['UserAnswer']

/** A personal token, as far as it can be known: not the token itself. */
export type Token = Schemas['TokenShape']
export type TokenScope = Token['scopes'][number]
export type MadeToken = Schemas['MadeToken']
export type NewToken = Required<Schemas['NewToken']>

/** What a saved search holds: criteria as they were given, so that named days stay relative. */
export interface KeptSearch {
  interface: string
  criteria: Criteria
  sort: SortKey[]
}

/** As one of many; criteria that are long come with the search alone. */
export type SavedSearch = Narrow<
  Schemas['ListedSearch'],
  { criteria: Criteria | null; sort: SortKey[] }
>
export type NewSavedSearch = KeptSearch & Pick<SavedSearch, 'name' | 'group'>
export type SavedSearchChange = Partial<Omit<NewSavedSearch, 'interface'>>

export type ExtractRequest = Narrow<
  Schemas['ExtractRequest'],
  { criteria: Criteria; sort: SortKey[] }
>

/** A whole result on its way to a file: asked for, written, mailed, kept for some days. */
export type Extract = Narrow<Schemas['ExtractShape'], { request: ExtractRequest }>
export type ExtractState = Extract['state']
export type DeliveryState = NonNullable<Extract['delivery']>

export type NewExtract = Narrow<Schemas['ExtractBody'], { criteria?: Criteria }>

export type RecordFieldType = Schemas['RecordFieldForm']['type']
export type RecordValue = Cell | string[]
export type RecordValues = Record<string, RecordValue>
export type RecordField = Narrow<Schemas['RecordFieldForm'], { default: RecordValue }>
export type RecordForm = Narrow<Schemas['RecordForm'], { fields: RecordField[] }>
export type StoredRecord = Narrow<Schemas['RecordAnswer'], { values: RecordValues }>
