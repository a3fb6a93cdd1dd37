import type en from './en'

const es: typeof en = {
  table: {
    copied: '{count} celda copiada | {count} celdas copiadas',
    copiedRows: '{count} fila copiada | {count} filas copiadas',
    selected: '{count} celda seleccionada | {count} celdas seleccionadas',
    copy: 'Copiar',
    copyRows: 'Copiar la fila | Copiar las filas',
    details: 'Detalles',
    unselect: 'No seleccionar nada',
    hint: 'Las flechas mueven, Mayús amplía la selección, Ctrl+C copia, Espacio muestra la fila.',
    headHint: 'Intro ordena, Mayús y las flechas cambian el ancho.',
    resize: 'Arrastrar para cambiar el ancho, doble clic para ajustarlo',
    filter: 'Filtrar la tabla',
    clearFilter: 'Mostrar todas las filas',
    filtered:
      '{found} fila de {count} contiene esto. El CSV y el XLSX contienen las {count}. | {found} filas de {count} contienen esto. El CSV y el XLSX contienen las {count}.',
    noneFiltered: 'Ninguna fila contiene esto.',
  },
  columns: {
    label: 'Columnas',
    hint: 'La tabla, el CSV y el XLSX tienen las columnas marcadas, en este orden.',
    up: 'Subir {label}',
    down: 'Bajar {label}',
    moved: '{label} es la columna {place} de {count}',
    remember: 'Recordar para esta interfaz',
    reset: 'Restablecer',
  },
  details: {
    title: 'Fila',
    place: '{at} de {count}',
    previous: 'Fila anterior',
    next: 'Fila siguiente',
    close: 'Cerrar',
    values: 'Valores de la fila',
    copyRow: 'Copiar la fila',
    copy: 'Copiar {column}',
    copied: '{column} está copiado',
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
