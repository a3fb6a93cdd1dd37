"""How a CSV is written: its headings, its header, its formula guard. Its cells are the dialect's (`csv_cells`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from guichet.results import formula_guard, moments
from guichet.results.formula_guard import Guard
from guichet.sources.columns import Column
from guichet.sql.formats import CsvFormat

BYTE_ORDER_MARK = "\ufeff"


def headings(labels: Sequence[str], columns: Sequence[Column], style: CsvFormat, time_zone: str) -> list[str]:
    """Make the headings of the columns: the zone is named where the moments below don't tell their own."""
    if style.dates == "iso":
        return list(labels)
    return [moments.heading(label, column, time_zone) for label, column in zip(labels, columns, strict=True)]


def make_guard(columns: Sequence[Column], style: CsvFormat) -> Guard:
    """Make what the rows of the file go through: the formula guard, where it is wanted."""
    return formula_guard.for_columns(columns, style.delimiter) if style.formula_guard else formula_guard.none


def header(labels: Sequence[str], style: CsvFormat) -> bytes:
    """Write the first line, byte-order mark included, quoted as COPY quotes."""
    line = io.StringIO()
    # Python quotes what has a character of the line's end in it; COPY quotes both kinds, and ends lines with one.
    csv.writer(line, delimiter=style.delimiter, lineterminator="\r\n").writerow(labels)
    return ((BYTE_ORDER_MARK if style.bom else "") + line.getvalue().removesuffix("\r\n") + "\n").encode()
