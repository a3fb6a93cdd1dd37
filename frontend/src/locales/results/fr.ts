import type en from './en'

const fr: typeof en = {
  table: {
    copied: '{count} cellule copiée | {count} cellules copiées',
    copiedRows: '{count} ligne copiée | {count} lignes copiées',
    selected: '{count} cellule sélectionnée | {count} cellules sélectionnées',
    copy: 'Copier',
    copyRows: 'Copier la ligne | Copier les lignes',
    details: 'Détails',
    unselect: 'Ne rien sélectionner',
    hint: 'Les flèches déplacent, Maj étend la sélection, Ctrl+C copie, Espace montre la ligne.',
    headHint: 'Entrée trie, Maj et les flèches changent la largeur.',
    resize: 'Tirer pour redimensionner, double-cliquer pour ajuster',
    filter: 'Filtrer le tableau',
    clearFilter: 'Montrer toutes les lignes',
    filtered:
      '{found} ligne sur {count} contient cela. Le CSV et le XLSX contiennent les {count}. | {found} lignes sur {count} contiennent cela. Le CSV et le XLSX contiennent les {count}.',
    noneFiltered: 'Aucune ligne ne contient cela.',
  },
  columns: {
    label: 'Colonnes',
    hint: 'Le tableau, le CSV et le XLSX ont les colonnes cochées, dans cet ordre.',
    up: 'Monter {label}',
    down: 'Descendre {label}',
    moved: '{label} est la colonne {place} sur {count}',
    remember: 'Retenir pour cette interface',
    reset: 'Réinitialiser',
  },
  details: {
    title: 'Ligne',
    place: '{at} sur {count}',
    previous: 'Ligne précédente',
    next: 'Ligne suivante',
    close: 'Fermer',
    values: 'Valeurs de la ligne',
    copyRow: 'Copier la ligne',
    copy: 'Copier {column}',
    copied: '{column} est copié',
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
