/** Made by `npm run api-types` from the OpenAPI document of the API. */

export type paths = Record<string, never>
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    /** @description A user who was added. */
    AddedUser: {
      user: string
    }
    /** @description The token of the mail that a new address got. */
    AddressConfirmation: {
      token: string
    }
    /** @description Rows between two ends. Both are included, but for fractions, where `to` is the next bucket's `from`. */
    BucketCount: {
      from: string | number
      to: string | number
      count: number
    }
    /** @description What the rows of a result have in one column. */
    ColumnSummaryShape: {
      name: string
      label: string
      /** @enum {string} */
      type:
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
      /** @enum {string} */
      kind: 'values' | 'histogram' | 'none'
      nulls: number
      distinct: number | null
      /** @description The commonest values. */
      values: components['schemas']['ValueCount'][]
      buckets: components['schemas']['BucketCount'][]
      /** @description Rows with another value than those listed. */
      other: number
      /** @description Of numbers, over all rows, as text: whole and decimal numbers exactly. Null where there is none: no row has a value, or one is infinite or no number. */
      sum: string | null
    }
    /** @description How many rows a search finds. */
    CountAnswer: {
      count: number
      elapsed_ms: number
      /** @description Whether it is the planner's guess, rounded, instead of counted. */
      estimate: boolean
      /** @description By criterion that is filled by a list. */
      unmatched: {
        [key: string]: components['schemas']['Matched']
      }
    }
    /** @description A user name and its password. */
    Credentials: {
      user: string
      password: string
    }
    /** @description What to search for. */
    CriteriaBody: {
      /**
       * @description By name: a value, a list, `{from, to}`, `{contains: text}`, `{prefix: text}`, `{exact: text}`, `{empty: true}`, or `{not: …}` around one of them.
       * @default {}
       * @example {
       *       "country": [
       *         250
       *       ],
       *       "name": "labs",
       *       "updated": {
       *         "from": "2026-01-01"
       *       }
       *     }
       */
      criteria?: {
        [key: string]: unknown
      }
    }
    /** @description A field of a form. */
    CriterionForm: {
      name: string
      /** @enum {string} */
      type:
        'text' | 'number' | 'number_range' | 'date' | 'date_range' | 'select' | 'boolean' | 'values'
      label: string
      help: string | null
      placeholder: string | null
      required: boolean
      default: unknown
      multiple: boolean
      negatable: boolean
      /** @description How it may be asked beside its value alone: `{contains: text}`, `{empty: true}`. */
      operators: ('contains' | 'prefix' | 'exact' | 'empty')[]
      match: ('exact' | 'prefix' | 'contains') | null
      /** @description What is done to each of many values before it is compared; null for other types. */
      normalize: ('lower' | 'upper' | 'digits' | 'nfc' | 'nfd')[] | null
      /** @description Whether many values are addresses of mails, which may be copied with names. */
      addresses: boolean
      options: components['schemas']['OptionsPlace'] | null
    }
    /** @description What to write, and how. */
    CsvBody: {
      /**
       * @description By name: a value, a list, `{from, to}`, `{contains: text}`, `{prefix: text}`, `{exact: text}`, `{empty: true}`, or `{not: …}` around one of them.
       * @default {}
       * @example {
       *       "country": [
       *         250
       *       ],
       *       "name": "labs",
       *       "updated": {
       *         "from": "2026-01-01"
       *       }
       *     }
       */
      criteria?: {
        [key: string]: unknown
      }
      /**
       * @description NULLs come last either way.
       * @default []
       */
      sort?: components['schemas']['SortBody'][]
      /**
       * @description Columns and their order; null: all.
       * @default null
       */
      columns?: string[] | null
      /**
       * @default {
       *       "delimiter": ",",
       *       "decimal": ".",
       *       "dates": "iso",
       *       "locale": "en",
       *       "bom": false,
       *       "formula_guard": true
       *     }
       */
      dialect?: components['schemas']['DialectBody']
    }
    /** @description How the CSV is written; what is left out has its default. */
    DialectBody: {
      /**
       * @default ,
       * @enum {string}
       */
      delimiter?: ',' | ';' | '|' | '\t'
      /**
       * @default .
       * @enum {string}
       */
      decimal?: '.' | ','
      /**
       * @default iso
       * @enum {string}
       */
      dates?: 'iso' | 'locale'
      /**
       * @default en
       * @enum {string}
       */
      locale?: 'en' | 'fr' | 'es'
      /** @default false */
      bom?: boolean
      /** @default true */
      formula_guard?: boolean
    }
    /** @description What to extract, and how to write it. */
    ExtractBody: {
      /**
       * @description By name: a value, a list, `{from, to}`, `{contains: text}`, `{prefix: text}`, `{exact: text}`, `{empty: true}`, or `{not: …}` around one of them.
       * @default {}
       * @example {
       *       "country": [
       *         250
       *       ],
       *       "name": "labs",
       *       "updated": {
       *         "from": "2026-01-01"
       *       }
       *     }
       */
      criteria?: {
        [key: string]: unknown
      }
      /**
       * @description NULLs come last either way.
       * @default []
       */
      sort?: components['schemas']['SortBody'][]
      /**
       * @description Columns and their order; null: all.
       * @default null
       */
      columns?: string[] | null
      /**
       * @default {
       *       "delimiter": ",",
       *       "decimal": ".",
       *       "dates": "iso",
       *       "locale": "en",
       *       "bom": false,
       *       "formula_guard": true
       *     }
       */
      dialect?: components['schemas']['DialectBody']
      interface: string
      /**
       * @description Rows that one CSV of the archive may have; null: one file.
       * @default null
       */
      part_rows?: number | null
      /**
       * @description Whether a mail goes to the user's address when it is written.
       * @default true
       */
      mail?: boolean
      /**
       * @description Encrypts the files of the archive (WinZip's AES-256). It is never stored as it is.
       * @default null
       */
      password?: string | null
    }
    /** @description The user's latest extracts. */
    ExtractList: components['schemas']['ExtractShape'][]
    /** @description What an extract was asked for, to ask for the same again. */
    ExtractRequest: {
      criteria: {
        [key: string]: unknown
      }
      sort: components['schemas']['SortBody'][]
      columns: string[] | null
      dialect: components['schemas']['DialectBody']
      part_rows: number | null
      mail: boolean
    }
    /** @description An extract: its state, how far it is, and what became of it. */
    ExtractShape: {
      id: string
      interface: string
      title: string
      /** @description The criteria in words: pairs of a label and a value. */
      words: [string, string][]
      request: components['schemas']['ExtractRequest']
      /** @enum {string} */
      state:
        | 'queued'
        | 'running'
        | 'cancelling'
        | 'delivering'
        | 'done'
        | 'failed'
        | 'cancelled'
        | 'expired'
      /** @description Its place in the queue while it waits. */
      place: number | null
      rows: number
      /** @description Of the CSV, before compression. */
      bytes: number
      estimated_rows: number | null
      /** @description Between 0 and 1 while it runs, by the planner's estimate. */
      progress: number | null
      created_at: string
      started_at: string | null
      finished_at: string | null
      expires_at: string | null
      email: string | null
      delivery: ('pending' | 'sending' | 'sent' | 'failed' | 'unknown' | 'cancelled') | null
      attached: boolean | null
      archive_url: string | null
      /** @description Of the archive; so far, while it runs. */
      archive_bytes: number | null
      /** @description Whether the archive has a password. */
      encrypted: boolean
      /** @description What the archive will have, as soon as anything tells. */
      expected_bytes: number | null
      /** @description How long it will run, by those of the same form before it. */
      expected_seconds: number | null
      /** @description How it will be in the mail, once that is known. */
      arrives: ('attached' | 'linked') | null
      problem: string | null
    }
    /** @description What to search for, in which order, and which columns to write. */
    FileBody: {
      /**
       * @description By name: a value, a list, `{from, to}`, `{contains: text}`, `{prefix: text}`, `{exact: text}`, `{empty: true}`, or `{not: …}` around one of them.
       * @default {}
       * @example {
       *       "country": [
       *         250
       *       ],
       *       "name": "labs",
       *       "updated": {
       *         "from": "2026-01-01"
       *       }
       *     }
       */
      criteria?: {
        [key: string]: unknown
      }
      /**
       * @description NULLs come last either way.
       * @default []
       */
      sort?: components['schemas']['SortBody'][]
      /**
       * @description Columns and their order; null: all.
       * @default null
       */
      columns?: string[] | null
    }
    /** @description A line of a file as it was uploaded. */
    FileLine: {
      line: number
      text: string
    }
    /** @description An interface's form and the columns of its result. */
    Form: {
      id: string
      version: string
      title: string
      group: string
      description: string
      source: string
      /** @description What the form's database can't do; empty where it can do all. */
      absent: (
        | 'cancel'
        | 'time_limit'
        | 'read_only'
        | 'estimate'
        | 'temporary_tables'
        | 'snapshot'
        | 'writes'
        | 'catalogue'
      )[]
      filename: string
      require_one: boolean
      criteria: components['schemas']['CriterionForm'][]
      columns: components['schemas']['ResultColumn'][]
      /** @description Null where the rows have no records to edit. */
      record: components['schemas']['RecordSummary'] | null
      limits: components['schemas']['LimitsForm']
    }
    /** @description The first rows of a result that is too large to show. */
    HeavyResult: {
      columns: components['schemas']['ResultColumn'][]
      /** @description The first rows; none when even they took too long. */
      rows: (string | number | boolean | null)[][]
      /** @description How many there are, where that could be counted in a moment. */
      count: number | null
      /** @description Else the planner's guess, rounded; null if it made none. */
      estimated_count: number | null
      elapsed_ms: number
      /** @constant */
      heavy: true
      /** @enum {string} */
      reason: 'rows' | 'time'
      /** @description The extract that it becomes; null where there can be none. */
      extract: components['schemas']['ExtractShape'] | null
      unmatched: {
        [key: string]: components['schemas']['Matched']
      }
    }
    /** @description What is wrong with one place of a request. */
    InputFault: {
      /** @description A JSON pointer into the request's body. */
      pointer: string
      detail: string
    }
    /** @description The interfaces that the user may see. */
    InterfaceList: components['schemas']['InterfaceSummary'][]
    /** @description A form as it is listed. */
    InterfaceSummary: {
      id: string
      title: string
      group: string
      description: string
      /** @description Whether it can be searched; broken ones are listed for authors. */
      available: boolean
      /** @description What is wrong with it, for authors. */
      problem: string | null
    }
    /** @description All rows of a result that fits the display limit. */
    LightResult: {
      columns: components['schemas']['ResultColumn'][]
      rows: (string | number | boolean | null)[][]
      count: number
      elapsed_ms: number
      /** @constant */
      heavy: false
      unmatched: {
        [key: string]: components['schemas']['Matched']
      }
    }
    /** @description What a form's searches may take. */
    LimitsForm: {
      display_rows: number
      /** @description Seconds after which a count is stopped and a search is heavy. */
      interactive_seconds: number
      extract_rows: number
    }
    /** @description A search that somebody keeps, as one of many. */
    ListedSearch: {
      id: string
      interface: string
      name: string
      /** @description Null where they are long: `GET /saved-searches/{id}` has them. */
      criteria: {
        [key: string]: unknown
      } | null
      sort: components['schemas']['SortBody'][]
      /** @description The group that it is shared with. */
      group: string | null
      interface_title: string
      owner: string
      mine: boolean
      created_at: string
      updated_at: string
    }
    /** @description A new token, shown this once. */
    MadeToken: {
      id: string
      name: string
      scopes: ('read' | 'extract' | 'edit')[]
      created_at: string
      expires_at: string
      /** @description To the minute. */
      last_used_at: string | null
      /**
       * @description Stopped: the password was changed since.
       * @enum {string}
       */
      state: 'active' | 'expired' | 'stopped'
      token: string
    }
    /** @description A value that the column can’t have, and where it stands. */
    MalformedValue: {
      line: number
      value: string
    }
    /** @description What a search found of a list, or of several values. */
    Matched: {
      /** @description Different ones that were looked for. */
      values: number
      /** @description How many of them were found; null of a heavy result. */
      matched: number | null
      malformed: number
      /** @description Of a list: those that were not found, as CSV. Null of pasted values: `POST …/unmatched` has those. */
      url: string | null
    }
    /** @description Values to keep as a list, one by one. Lines of text and files have other media types. */
    NewLines: {
      lines: string[]
      /** @default values */
      name?: string
    }
    /** @description A search to keep. */
    NewSavedSearch: {
      /**
       * @description By name: a value, a list, `{from, to}`, `{contains: text}`, `{prefix: text}`, `{exact: text}`, `{empty: true}`, or `{not: …}` around one of them.
       * @default {}
       * @example {
       *       "country": [
       *         250
       *       ],
       *       "name": "labs",
       *       "updated": {
       *         "from": "2026-01-01"
       *       }
       *     }
       */
      criteria?: {
        [key: string]: unknown
      }
      /**
       * @description NULLs come last either way.
       * @default []
       */
      sort?: components['schemas']['SortBody'][]
      interface: string
      name: string
      /**
       * @description One of the user's groups, to share it with.
       * @default null
       */
      group?: string | null
    }
    /** @description A personal token to be made. */
    NewToken: {
      /** @description What it is for; one's own tokens have different names. */
      name: string
      /**
       * @description `read` is always among them.
       * @default [
       *       "read"
       *     ]
       */
      scopes?: ('read' | 'extract' | 'edit')[]
      /**
       * @description How long it is good: PERSONAL_TOKEN_DAYS at most.
       * @default 90
       */
      days?: number
    }
    /** @description A user to be added. The password is for them to change. */
    NewUser: {
      user: string
      password: string
    }
    /** @description An empty object. */
    Nothing: Record<string, never>
    /** @description An option: the value that is sent, and the label that is shown. */
    OptionShape: {
      value: string | number | boolean | null
      label: string
    }
    /** @description Some options of a list. */
    OptionsPage: {
      options: components['schemas']['OptionShape'][]
      /** @description Whether there are more than were sent. */
      more: boolean
    }
    /** @description Where a criterion's options are asked for. */
    OptionsPlace: {
      url: string
      /** @description Criteria whose values are sent along. */
      depends_on: string[]
      /** @description Whether the list is always searched on the server. */
      search: boolean
    }
    /** @description What to search for, and what becomes of a heavy result. */
    PageBody: {
      /**
       * @description By name: a value, a list, `{from, to}`, `{contains: text}`, `{prefix: text}`, `{exact: text}`, `{empty: true}`, or `{not: …}` around one of them.
       * @default {}
       * @example {
       *       "country": [
       *         250
       *       ],
       *       "name": "labs",
       *       "updated": {
       *         "from": "2026-01-01"
       *       }
       *     }
       */
      criteria?: {
        [key: string]: unknown
      }
      /**
       * @description NULLs come last either way.
       * @default []
       */
      sort?: components['schemas']['SortBody'][]
      /**
       * @description Whether a heavy result becomes an extract by itself, where the portal can make one.
       * @default true
       */
      extract?: boolean
    }
    /** @description A new password, and the one that it takes the place of. */
    PasswordChange: {
      current: string
      /** @description The new one. */
      password: string
    }
    /** @description An error, as RFC 9457 has it. */
    Problem: {
      type: string
      title: string
      status: number
      detail: string
      instance: string
      /** @description Quote it when you report the problem; the log has it too. */
      request_id: string
      /** @description Whether the same request may succeed later; see Retry-After. */
      retryable: boolean
      /** @default null */
      errors?: components['schemas']['InputFault'][] | null
      /**
       * @description The line of an uploaded file that can't be read.
       * @default null
       */
      line?: number | null
    }
    /** @description One record, whole. */
    RecordAnswer: {
      /** @description As it stands in the address. */
      key: string
      /** @description By field, and by column of the key. */
      values: {
        [key: string]: unknown
      }
      /** @description The same as the header ETag, for If-Match. */
      etag: string
    }
    /** @description What to write into a record. */
    RecordBody: {
      /**
       * @description By field. What is left out stays as it is; in a new record it is NULL.
       * @example {
       *       "city": "Lyon",
       *       "name": "Lyon-Gerland",
       *       "opened_on": "2009-03-02",
       *       "tags": [
       *         "biobank"
       *       ]
       *     }
       */
      values: {
        [key: string]: unknown
      }
    }
    /** @description A field of a record. */
    RecordFieldForm: {
      name: string
      /** @enum {string} */
      type: 'text' | 'multiline' | 'number' | 'date' | 'datetime' | 'boolean' | 'select' | 'list'
      label: string
      help: string | null
      placeholder: string | null
      required: boolean
      default: unknown
      /** @description Characters that there is room for. */
      max_length: number | null
      /** @description Whether only whole numbers go in. */
      whole: boolean
      /** @description Whether it is of the key: chosen for a new record, fixed ever after. */
      is_key: boolean
      /** @description The values of a select that has no list to load; in their order. */
      choices: string[]
      options: components['schemas']['RecordOptions'] | null
    }
    /** @description The form of a record: its fields, in order. */
    RecordForm: {
      title: string
      key: string[]
      fields: components['schemas']['RecordFieldForm'][]
      /** @description The zone of dates with a time. */
      time_zone: string
    }
    /** @description Where the options of a record's field are asked for. */
    RecordOptions: {
      url: string
      /** @description Whether the list is always searched on the server. */
      search: boolean
    }
    /** @description How the records behind the rows can be edited. */
    RecordSummary: {
      /** @description What one of them is called. */
      title: string
      /** @description The columns that tell a row's record from all others. */
      key: string[]
      /** @description Whether this user may create and change them, and the portal can. */
      editable: boolean
      /** @description Whether they can be deleted as well. */
      deletable: boolean
      /** @description False where the portal has no role to write with, for members of the groups. */
      writable: boolean
    }
    /** @description A light result, or a heavy one that became no extract. */
    Result: components['schemas']['LightResult'] | components['schemas']['HeavyResult']
    /** @description A column of a result. */
    ResultColumn: {
      name: string
      label: string
      /** @enum {string} */
      type:
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
      format: ('link' | 'email' | 'identifier' | 'quantity') | null
      split: string | null
      hidden: boolean
      /** @description Whether the author wants it in the summary. */
      summary: boolean
      /** @description The criterion that one of its values fills in. */
      criterion: string | null
    }
    /** @description A search that somebody keeps. */
    SavedSearch: {
      id: string
      interface: string
      name: string
      criteria: {
        [key: string]: unknown
      }
      sort: components['schemas']['SortBody'][]
      /** @description The group that it is shared with. */
      group: string | null
      interface_title: string
      owner: string
      mine: boolean
      created_at: string
      updated_at: string
    }
    /** @description What to change of a kept search. */
    SavedSearchChange: {
      /** @default null */
      name?: string | null
      /** @default null */
      criteria?: {
        [key: string]: unknown
      } | null
      /** @default null */
      sort?: components['schemas']['SortBody'][] | null
      /** @default null */
      group?: string | null
    }
    /** @description The searches that the user keeps, and those that their groups share. */
    SavedSearchList: components['schemas']['ListedSearch'][]
    /** @description A token to send as `Authorization: Bearer …`. */
    SignedToken: {
      token: string
      expires: string
    }
    /** @description A column to sort by. */
    SortBody: {
      /** @description The name of a column of the result. */
      column: string
      /** @default false */
      descending?: boolean
    }
    /** @description What the columns of a whole result hold. */
    SummaryAnswer: {
      total: number
      columns: components['schemas']['ColumnSummaryShape'][]
      elapsed_ms: number
    }
    /** @description Which columns of which result to summarize. */
    SummaryBody: {
      /**
       * @description By name: a value, a list, `{from, to}`, `{contains: text}`, `{prefix: text}`, `{exact: text}`, `{empty: true}`, or `{not: …}` around one of them.
       * @default {}
       * @example {
       *       "country": [
       *         250
       *       ],
       *       "name": "labs",
       *       "updated": {
       *         "from": "2026-01-01"
       *       }
       *     }
       */
      criteria?: {
        [key: string]: unknown
      }
      /**
       * @description Null: those that the author marked.
       * @default null
       */
      columns?: string[] | null
    }
    /** @description The user's personal tokens. */
    TokenList: components['schemas']['TokenShape'][]
    /** @description What is known of a personal token. */
    TokenShape: {
      id: string
      name: string
      scopes: ('read' | 'extract' | 'edit')[]
      created_at: string
      expires_at: string
      /** @description To the minute. */
      last_used_at: string | null
      /**
       * @description Stopped: the password was changed since.
       * @enum {string}
       */
      state: 'active' | 'expired' | 'stopped'
    }
    /** @description Who asks, and what they may do. */
    UserAnswer: {
      user: string
      groups: string[]
      email: string | null
      /** @description The address that was asked for, and is not confirmed yet. */
      email_pending: string | null
      /** @description Whether the portal sends mails. */
      mails: boolean
      /** @description Whether archives can have a password. */
      archive_passwords: boolean
      /** @description Whether this user is told what is wrong with broken definitions. */
      author: boolean
      /** @description Whether this user may add others. */
      administrator: boolean
      /** @description What this sign-in is good for; a password is for everything. */
      scopes: ('read' | 'extract' | 'edit' | 'account')[]
      /** @description The day that it is in the portal's time zone. */
      today: string
      time_zone: string
      /** @description Of the portal. */
      version: string
    }
    /** @description What users may change about themselves. */
    UserChange: {
      email: string | null
    }
    /** @description A value of a column, and how many rows have it. */
    ValueCount: {
      value: string
      count: number
    }
    /** @description A list of values, and how its file was read. */
    ValueList: {
      id: string
      name: string
      /** @description Of a workbook, what kind it is: `xlsx`, `xls` or `ods`. */
      encoding: string
      /** @description Where the letters that came of it are hardly a language's: what else it may be, likeliest first. */
      likely_encodings: string[]
      delimiter: string | null
      header: boolean
      /** @description The line that names the columns; null without one. */
      header_line: number | null
      /** @description How many lines above the header, or above the first row, are left out. */
      lines_above: number
      /** @description How the file begins: its first lines that are not blank, cut short. */
      first_lines: components['schemas']['FileLine'][]
      /** @description Of a workbook, its sheets. */
      sheets: string[]
      /** @description Of a workbook, the one that the values come from. */
      sheet: string | null
      /** @description Their names; null where the file has no header. */
      columns: (string | null)[]
      /** @description The first rows. */
      sample: string[][]
      /** @description Where the values come from, counted from 0. */
      column: number
      /** @description Of the file, without its header. */
      rows: number
      /** @description Different ones that the criterion can read. */
      values: number
      duplicates: number
      blanks: number
      /** @description Those that the criterion can't read; they are left out. */
      malformed: number
      /** @description The first of them. */
      malformed_sample: components['schemas']['MalformedValue'][]
      bytes: number
      url: string
      created_at: string
      used_at: string
      /** @description After its last use, unless a kept search uses it. */
      expires_in_days: number
    }
    /** @description How to read the file of a list; what is left out stays. */
    ValueListChange: {
      /**
       * @description Counted from 0.
       * @default null
       */
      column?: number | null
      /** @default null */
      header?: boolean | null
      /**
       * @description The line of the file that names the columns, counted from 1; what stands above is left out. Null: there is none, and values begin in the first line.
       * @default null
       */
      header_line?: number | null
      /**
       * @description Null: each line is one value.
       * @default null
       */
      delimiter?: (',' | ';' | '|' | '\t' | ':' | ' ' | '^' | '~' | '│') | null
      /** @default null */
      encoding?:
        | (
            | 'utf-8'
            | 'utf-8, windows-1252'
            | 'utf-16'
            | 'utf-16-le'
            | 'utf-16-be'
            | 'utf-32'
            | 'utf-32-le'
            | 'utf-32-be'
            | 'windows-1252'
            | 'iso-8859-1'
            | 'iso-8859-15'
            | 'windows-1250'
            | 'iso-8859-2'
            | 'windows-1251'
            | 'koi8-r'
            | 'ibm866'
            | 'windows-1253'
            | 'windows-1254'
            | 'windows-1255'
            | 'windows-1256'
            | 'macintosh'
            | 'ibm850'
            | 'shift-jis'
            | 'euc-jp'
            | 'gb18030'
            | 'big5'
            | 'euc-kr'
          )
        | null
      /**
       * @description Of a workbook.
       * @default null
       */
      sheet?: string | null
      /** @default null */
      name?: string | null
    }
    /** @description The user's lists, those first that were used last. */
    ValueLists: components['schemas']['ValueList'][]
  }
  responses: never
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export type operations = Record<string, never>
