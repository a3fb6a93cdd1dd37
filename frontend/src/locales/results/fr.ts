import type en from './en'

const fr: typeof en = {
  table: {
    copied: '{count} cellule copiée | {count} cellules copiées',
    copiedRows: '{count} ligne copiée | {count} lignes copiées',
  },
  csv: {
    label: 'CSV',
    choose: 'Choisir le type de CSV',
    plain: 'CSV simple',
    plainHint: 'virgules, dates ISO ; pour les programmes',
    en: 'Tableur anglais',
    enHint: 'virgules, point décimal, dates ISO',
    fr: 'Tableur français',
    frHint: 'points-virgules, virgule décimale, dates comme 31/01/2026',
    es: 'Tableur espagnol',
    esHint: 'points-virgules, virgule décimale, dates comme 31/01/2026',
    preparing: 'Préparation du CSV…',
    saved: 'Le CSV est téléchargé',
  },
}

export default fr
