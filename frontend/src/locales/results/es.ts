import type en from './en'

const es: typeof en = {
  table: {
    copied: '{count} celda copiada | {count} celdas copiadas',
    copiedRows: '{count} fila copiada | {count} filas copiadas',
  },
  csv: {
    label: 'CSV',
    choose: 'Elegir el tipo de CSV',
    plain: 'CSV sencillo',
    plainHint: 'comas, fechas ISO; para programas',
    en: 'Hoja de cálculo inglesa',
    enHint: 'comas, punto decimal, fechas ISO',
    fr: 'Hoja de cálculo francesa',
    frHint: 'punto y coma, coma decimal, fechas como 31/01/2026',
    es: 'Hoja de cálculo española',
    esHint: 'punto y coma, coma decimal, fechas como 31/01/2026',
    preparing: 'Preparando el CSV…',
    saved: 'El CSV está descargado',
  },
}

export default es
