/** Criteria, columns, forms and extracts for tests: only what a test is about needs to be said. */
import type {
  ColumnSummary,
  Criterion,
  CriterionType,
  Extract,
  FormColumn,
  InterfaceForm,
  RecordField,
  SavedSearch,
  ValueList,
} from '@/api/types'

export function criterion(type: CriterionType, about: Partial<Criterion> = {}): Criterion {
  const name = about.name ?? type
  return {
    name,
    type,
    label: name.charAt(0).toUpperCase() + name.slice(1),
    help: null,
    placeholder: null,
    required: false,
    default: null,
    multiple: type === 'values',
    negatable: true,
    operators: type === 'text' ? ['contains', 'prefix', 'exact', 'empty'] : ['empty'],
    match: type === 'text' ? 'contains' : null,
    normalize: null,
    addresses: false,
    options: null,
    ...about,
  }
}

export function select(name: string, about: Partial<Criterion> = {}, dependsOn: string[] = []) {
  return criterion('select', {
    name,
    multiple: true,
    options: {
      url: `/api/v1/interfaces/labs/options/${name}`,
      depends_on: dependsOn,
      search: false,
    },
    ...about,
  })
}

export function column(about: Partial<FormColumn> = {}): FormColumn {
  const name = about.name ?? 'column'
  return {
    name,
    label: name,
    type: 'text',
    format: null,
    split: null,
    hidden: false,
    summary: false,
    criterion: null,
    ...about,
  }
}

export function form(criteria: Criterion[], about: Partial<InterfaceForm> = {}): InterfaceForm {
  return {
    id: 'labs',
    title: 'Labs',
    group: '',
    description: '',
    source: 'crm',
    absent: [],
    filename: 'labs',
    require_one: false,
    criteria,
    columns: [],
    record: null,
    limits: { display_rows: 10_000, interactive_seconds: 20, extract_rows: 1_000_000 },
    version: '1',
    ...about,
  }
}

export function recordField(about: Partial<RecordField> = {}): RecordField {
  const name = about.name ?? 'field'
  return {
    name,
    type: 'text',
    label: name,
    help: null,
    placeholder: null,
    required: false,
    default: null,
    max_length: null,
    whole: false,
    is_key: false,
    choices: [],
    options: null,
    ...about,
  }
}

export function extract(about: Partial<Extract> = {}): Extract {
  return {
    id: 'e-1',
    interface: 'labs',
    title: 'Labs',
    words: [],
    request: { criteria: {}, sort: [], columns: null, dialect: {}, part_rows: null, mail: true },
    state: 'queued',
    place: null,
    rows: 0,
    bytes: 0,
    estimated_rows: null,
    progress: null,
    created_at: '2026-11-21T09:00:00Z',
    started_at: null,
    finished_at: null,
    expires_at: null,
    email: null,
    delivery: null,
    attached: null,
    archive_url: null,
    archive_bytes: null,
    encrypted: false,
    expected_bytes: null,
    expected_seconds: null,
    arrives: null,
    problem: null,
    ...about,
  }
}

export function valueList(about: Partial<ValueList> = {}): ValueList {
  return {
    id: 'l-1',
    name: 'domains.csv',
    encoding: 'utf-8',
    likely_encodings: [],
    delimiter: ',',
    header: true,
    header_line: 1,
    lines_above: 0,
    first_lines: [{ line: 1, text: 'Domain' }],
    sheets: [],
    sheet: null,
    columns: ['Domain'],
    sample: [['labs.example']],
    column: 0,
    rows: 3,
    values: 3,
    duplicates: 0,
    blanks: 0,
    malformed: 0,
    malformed_sample: [],
    bytes: 40,
    url: '/api/v1/value-lists/l-1',
    created_at: '2026-11-21T09:00:00Z',
    used_at: '2026-11-21T09:00:00Z',
    expires_in_days: 30,
    ...about,
  }
}

export function columnSummary(about: Partial<ColumnSummary> = {}): ColumnSummary {
  return {
    name: 'country',
    label: 'Country',
    type: 'text',
    kind: 'values',
    nulls: 0,
    distinct: null,
    values: [],
    buckets: [],
    other: 0,
    sum: null,
    ...about,
  }
}

export function savedSearch(about: Partial<SavedSearch> = {}): SavedSearch {
  return {
    id: 's-1',
    interface: 'labs',
    name: 'French labs',
    criteria: {},
    sort: [],
    group: null,
    interface_title: 'Labs',
    owner: 'anne',
    mine: true,
    created_at: '2026-11-21T09:00:00Z',
    updated_at: '2026-11-21T09:00:00Z',
    ...about,
  }
}
