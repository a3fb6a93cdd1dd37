/** What the user is about to do with a record. */
export type RecordTask = { what: 'create' } | { what: 'edit' | 'delete'; key: string }
