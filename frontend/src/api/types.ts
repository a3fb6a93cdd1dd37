/** The portal's answers and questions, as its API documents them. */

export interface InterfaceSummary {
  id: string
  title: string
  group: string | null
  description: string | null
  available: boolean
  /** Why a broken definition can't be used; sent to its authors only. */
  problem: string | null
}

export type CriterionType =
  'text' | 'number' | 'number_range' | 'date' | 'date_range' | 'select' | 'boolean' | 'values'

export type OptionValue = string | number

export interface OptionSource {
  url: string
  depends_on: string[]
  /** The list is too long to send whole: what the user types is looked up on the server. */
  search: boolean
}

/** Days by name; the server says which they are when a search runs. */
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
  | { not: CriterionValue }

export type Criteria = Record<string, CriterionValue>

export interface Criterion {
  name: string
  type: CriterionType
  label: string
  help: string | null
  placeholder: string | null
  required: boolean
  default: CriterionValue
  multiple: boolean
  negatable: boolean
  match: 'exact' | 'prefix' | 'contains' | null
  /** What is done to each of many values before it is compared. */
  normalize?: ('lower' | 'upper' | 'digits' | 'nfc' | 'nfd')[] | null
  /** Of many values: whether they are addresses of mails, which may be copied with names. */
  addresses?: boolean
  options: OptionSource | null
}

export type ColumnType =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'json'
  | 'array'
  | 'range'
  | 'uuid'
  | 'bytes'
  | 'other'

export interface Column {
  name: string
  label: string
  type: ColumnType
  format: string | null
  /** What separates several values in one cell. */
  split: string | null
  /** In every row, and not shown. */
  hidden: boolean
}

/** A column as the form tells of it, before any result. */
export interface FormColumn extends Column {
  /** Whether the author wants it in every summary. */
  summary: boolean
  /** The criterion that takes what stands in this column. */
  criterion: string | null
}

export interface ValueCount {
  value: string
  count: number
}

export interface Bucket {
  /** Both ends belong to it; of fractions, the end is the next one's beginning. */
  from: number | string
  to: number | string
  count: number
}

export interface ColumnSummary {
  name: string
  label: string
  type: ColumnType
  kind: 'values' | 'histogram' | 'none'
  nulls: number
  /** How many different values there are; null for a histogram. */
  distinct: number | null
  values: ValueCount[]
  buckets: Bucket[]
  /** Rows with a value that is not among those listed. */
  other: number
}

export interface Summary {
  total: number
  columns: ColumnSummary[]
  elapsed_ms: number
}

/** How the records behind the rows can be edited. */
export interface RecordSummary {
  /** What one of them is called. */
  title: string
  /** The columns that tell a row's record from all others. */
  key: string[]
  editable: boolean
  deletable: boolean
  /** False for those who might edit, where the portal has no role to write with. */
  writable: boolean
}

export interface InterfaceForm {
  id: string
  title: string
  group: string | null
  description: string | null
  source: string
  filename: string
  require_one: boolean
  criteria: Criterion[]
  columns: FormColumn[]
  record: RecordSummary | null
  limits: { display_rows: number; interactive_seconds: number; extract_rows: number }
  version: string
}

export interface Option {
  value: OptionValue
  label: string
}

export interface OptionList {
  options: Option[]
  more: boolean
}

export interface SortKey {
  column: string
  descending: boolean
}

/** What a search found of a list. */
export interface Unmatched {
  values: number
  /** Null of a heavy result. */
  matched: number | null
  malformed: number
  /** Null of pasted values. */
  url: string | null
}

export interface ValueList {
  id: string
  name: string
  /** Of a workbook, what kind it is. */
  encoding: string
  /** Where letters look wrong: what else the file may be, likeliest first. */
  likely_encodings: string[]
  delimiter: string | null
  header: boolean
  header_line: number | null
  lines_above: number
  /** How the file begins, without blank lines. */
  first_lines: { line: number; text: string }[]
  sheets: string[]
  sheet: string | null
  columns: (string | null)[]
  sample: string[][]
  /** Where the values come from, counted from 0. */
  column: number
  rows: number
  values: number
  duplicates: number
  blanks: number
  malformed: number
  malformed_sample: { line: number; value: string }[]
  bytes: number
  url: string
  created_at: string
  used_at: string
  expires_in_days: number
}

export interface ValueListChange {
  column?: number
  header?: boolean
  header_line?: number | null
  delimiter?: ',' | ';' | '\t' | '|' | ':' | ' ' | null
  encoding?: string
  sheet?: string
}

export interface CountAnswer {
  unmatched?: Record<string, Unmatched>
  count: number
  elapsed_ms: number
  /** Whether it is a guess of the database's planner, which may be far off. */
  estimate: boolean
}

export type Cell = string | number | boolean | null
export type Row = readonly Cell[]

export interface LightResult {
  unmatched?: Record<string, Unmatched>
  heavy: false
  columns: Column[]
  rows: Row[]
  count: number
  elapsed_ms: number
}

export interface HeavyResult {
  unmatched?: Record<string, Unmatched>
  heavy: true
  columns: Column[]
  /** The first rows only; none when the query ran out of time. */
  rows: Row[]
  /** Known where it could be counted in a moment; else there may be a guess. */
  count: number | null
  estimated_count: number | null
  elapsed_ms: number
  reason: 'rows' | 'time'
  /** What the whole result became, when that was asked for and possible. */
  extract?: Extract | null
}

export type SearchResult = LightResult | HeavyResult

export interface Dialect {
  delimiter: ',' | ';' | '\t'
  decimal: '.' | ','
  dates: 'iso' | 'locale'
  locale: 'en' | 'fr' | 'es'
  bom: boolean
  formula_guard: boolean
}

export interface User {
  user: string
  groups: string[]
  email: string | null
  /** Asked for, and not confirmed yet. */
  email_pending: string | null
  /** Whether the portal sends mails. */
  mails: boolean
  /** Whether archives can have a password. */
  archive_passwords: boolean
  author: boolean
  administrator: boolean
  /** The day that it is in the portal's time zone. */
  today: string
  time_zone: string
}

export type TokenScope = 'read' | 'extract' | 'edit'

/** A personal token, as far as it can be known: not the token itself. */
export interface Token {
  id: string
  name: string
  scopes: TokenScope[]
  created_at: string
  expires_at: string
  last_used_at: string | null
  state: 'active' | 'expired' | 'stopped'
}

export interface MadeToken extends Token {
  token: string
}

export interface NewToken {
  name: string
  scopes: TokenScope[]
  days: number
}

/** What a saved search holds: criteria as they were given, so that named days stay relative. */
export interface KeptSearch {
  interface: string
  criteria: Criteria
  sort: SortKey[]
}

export interface NewSavedSearch extends KeptSearch {
  name: string
  /** The group that it is shared with. */
  group: string | null
}

export type SavedSearchChange = Partial<Omit<NewSavedSearch, 'interface'>>

export interface SavedSearch extends Omit<NewSavedSearch, 'criteria'> {
  id: string
  /** Null in a list where they are long: the search alone has them. */
  criteria: Criteria | null
  interface_title: string
  owner: string
  mine: boolean
  created_at: string
  updated_at: string
}

export type ExtractState =
  'queued' | 'running' | 'cancelling' | 'delivering' | 'done' | 'failed' | 'cancelled' | 'expired'

export type DeliveryState = 'pending' | 'sending' | 'sent' | 'failed' | 'unknown' | 'cancelled'

export interface ExtractRequest {
  criteria: Criteria
  sort: SortKey[]
  columns: string[] | null
  dialect: Partial<Dialect>
  part_rows: number | null
  /** Whether a mail says that it is written. */
  mail: boolean
}

/** A whole result on its way to a file: asked for, written, mailed, kept for some days. */
export interface Extract {
  id: string
  interface: string
  title: string
  /** What was searched: labels of criteria with their values in words. */
  words: [label: string, value: string][]
  request: ExtractRequest
  state: ExtractState
  /** In the queue, from 1. */
  place: number | null
  rows: number
  /** Of the CSV, before it is compressed. */
  bytes: number
  estimated_rows: number | null
  progress: number | null
  created_at: string
  started_at: string | null
  finished_at: string | null
  expires_at: string | null
  email: string | null
  delivery: DeliveryState | null
  /** Whether the mail carries the archive, or a link to it. */
  attached: boolean | null
  archive_url: string | null
  archive_bytes: number | null
  encrypted: boolean
  /** What it will come to, as soon as anything tells. */
  expected_bytes: number | null
  expected_seconds: number | null
  arrives: 'attached' | 'linked' | null
  problem: string | null
}

export interface NewExtract extends Partial<ExtractRequest> {
  interface: string
  /** Encrypts the archive. */
  password?: string | null
}
