"""The README.txt of an archive: what is in it, what was searched and how the files are written, in the user's words.

Pure: values in, text out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from guichet.extracts.archives.archive import ArchivedFile
from guichet.language import Language
from guichet.sql.formats import CsvFormat

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "{title}: {rows} rows",
        "made": "Extracted on {made} for {owner}, who asked for it on {asked}.",
        "searched": "What was searched",
        "everything": "everything: no criterion was filled in",
        "files": "What is in this archive",
        "file": "{name}: {rows} rows",
        "values": "{name}: {rows} values of a list that were not found",
        "manifest": "manifest.json: the same for programs, with the SHA-256 of each file",
        "written": "How the CSV is written",
        "encoding": "UTF-8; the first line has the names of the columns",
        "bom": "UTF-8 with a byte-order mark; the first line has the names of the columns",
        "signs": "columns are separated by {delimiter}, decimals by {decimal}",
        "iso": "dates are written year-month-day (2026-01-31)",
        "locale": "dates are written {example}",
        "null": 'where there is no value, nothing stands between the separators; an empty text is ""',
        "guard": "an apostrophe stands before text that a spreadsheet would run as a formula",
        "tab": "a tab",
    },
    "fr": {
        "title": "{title} : {rows} lignes",
        "made": "Extrait le {made} pour {owner}, demandé le {asked}.",
        "searched": "Ce qui a été cherché",
        "everything": "tout : aucun critère n’était rempli",
        "files": "Ce que contient cette archive",
        "file": "{name} : {rows} lignes",
        "values": "{name} : {rows} valeurs d’une liste introuvables",
        "manifest": "manifest.json : la même chose pour les programmes, avec le SHA-256 de chaque fichier",
        "written": "Comment le CSV est écrit",
        "encoding": "UTF-8 ; la première ligne porte les noms des colonnes",
        "bom": "UTF-8 avec indicateur d’ordre des octets ; la première ligne porte les noms des colonnes",
        "signs": "les colonnes sont séparées par {delimiter}, les décimales par {decimal}",
        "iso": "les dates s’écrivent année-mois-jour (2026-01-31)",
        "locale": "les dates s’écrivent {example}",
        "null": 'là où il n’y a pas de valeur, rien ne figure entre les séparateurs ; un texte vide est ""',
        "guard": "une apostrophe précède le texte qu’un tableur exécuterait comme une formule",
        "tab": "une tabulation",
    },
    "es": {
        "title": "{title}: {rows} filas",
        "made": "Extraído el {made} para {owner}, que lo pidió el {asked}.",
        "searched": "Qué se buscó",
        "everything": "todo: no se rellenó ningún criterio",
        "files": "Qué contiene este archivo",
        "file": "{name}: {rows} filas",
        "values": "{name}: {rows} valores de una lista no encontrados",
        "manifest": "manifest.json: lo mismo para programas, con el SHA-256 de cada fichero",
        "written": "Cómo está escrito el CSV",
        "encoding": "UTF-8; la primera línea lleva los nombres de las columnas",
        "bom": "UTF-8 con marca de orden de bytes; la primera línea lleva los nombres de las columnas",
        "signs": "las columnas se separan con {delimiter}, los decimales con {decimal}",
        "iso": "las fechas se escriben año-mes-día (2026-01-31)",
        "locale": "las fechas se escriben {example}",
        "null": 'donde no hay valor, no hay nada entre los separadores; un texto vacío es ""',
        "guard": "un apóstrofo precede al texto que una hoja de cálculo ejecutaría como fórmula",
        "tab": "un tabulador",
    },
}
SEPARATORS: Mapping[Language, str] = {"en": ",", "fr": "\u202f", "es": "."}
EXAMPLES = {"en": "01/31/2026", "fr": "31/01/2026", "es": "31/01/2026"}
MINUTE = "%Y-%m-%d %H:%M %Z"


@dataclass(frozen=True)
class About:
    """What a README tells of. Its moments are in the portal's zone, which is named with each.

    :param criteria: in words: pairs of a label and what was filled in.
    """

    language: Language
    title: str
    owner: str
    criteria: Sequence[Sequence[str]]
    dialect: CsvFormat
    asked_at: datetime
    made_at: datetime


def write(about: About, files: Sequence[ArchivedFile]) -> str:
    """Write the text, with line ends that every editor knows."""
    words = WORDS[about.language]
    tables = [file for file in files if file.rows is not None]
    rows = _format_number(sum(file.rows or 0 for file in tables if not _is_of_values(file)), about.language)
    made, asked = f"{about.made_at:{MINUTE}}", f"{about.asked_at:{MINUTE}}"
    listed = [
        words["values" if _is_of_values(table) else "file"].format(
            name=table.name, rows=_format_number(table.rows or 0, about.language)
        )
        for table in tables
    ]
    lines = [
        words["title"].format(title=about.title, rows=rows),
        words["made"].format(made=made, owner=about.owner, asked=asked),
        *_build_section(
            words["searched"], [f"{label}: {value}" for label, value in about.criteria] or [words["everything"]]
        ),
        *_build_section(words["files"], [*listed, words["manifest"]]),
        *_build_section(words["written"], _describe_style(about.dialect, words)),
    ]
    return "\r\n".join(lines) + "\r\n"


def _is_of_values(file: ArchivedFile) -> bool:
    """Tell whether it has the values of a list that were not found, and no rows."""
    return file.name.startswith("not_found")


def _build_section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *(f"- {line}" for line in lines)]


def _describe_style(style: CsvFormat, words: Mapping[str, str]) -> list[str]:
    delimiter = words["tab"] if style.delimiter == "\t" else style.delimiter
    return [
        words["bom" if style.bom else "encoding"],
        words["signs"].format(delimiter=delimiter, decimal=style.decimal),
        words["iso"] if style.dates == "iso" else words["locale"].format(example=EXAMPLES[style.locale]),
        words["null"],
        *([words["guard"]] if style.formula_guard else []),
    ]


def _format_number(number: int, language: Language) -> str:
    return f"{number:,}".replace(",", SEPARATORS[language])
