/** The words of what stands around and behind the table: downloads, columns, details, the summary. */
export default {
  table: {
    copied: '{count} cell is copied | {count} cells are copied',
    copiedRows: '{count} row is copied | {count} rows are copied',
  },
  csv: {
    label: 'CSV',
    choose: 'Choose the kind of CSV',
    plain: 'Plain CSV',
    plainHint: 'commas, ISO dates; for programs',
    en: 'English spreadsheet',
    enHint: 'commas, decimal point, ISO dates',
    fr: 'French spreadsheet',
    frHint: 'semicolons, decimal comma, dates as 31/01/2026',
    es: 'Spanish spreadsheet',
    esHint: 'semicolons, decimal comma, dates as 31/01/2026',
    preparing: 'Preparing the CSV…',
    saved: 'The CSV is downloaded',
  },
}
