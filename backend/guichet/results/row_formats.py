"""How the rows of a result are written for programs: JSON, JSON by the line, CSV. PostgreSQL writes all of them.

Pure: it makes SQL text from columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from guichet.results import csv_format, formula_guard, json_lines
from guichet.results.csv_format import Dialect
from guichet.results.formula_guard import Guard
from guichet.results.json_lines import Shape
from guichet.search import compose
from guichet.sources.columns import Column

Name = Literal["json", "ndjson", "csv"]


@dataclass(frozen=True)
class RowFormat:
    """What is asked of the database, and what goes around the lines that come.

    :param expressions: SQL, one or more per line.
    :param copy: wraps the query in the COPY that writes the lines.
    :param delimiter: what stands between two expressions of a line; the last expression never holds it if it is hex.
    :param guard: joins lines to a harmless piece.
    :param separator: what goes before every line but the first.
    """

    expressions: Sequence[str]
    copy: Callable[[str], str]
    delimiter: bytes
    guard: Guard = formula_guard.none
    opening: bytes = b""
    separator: bytes = b""
    closing: bytes = b""


def json(columns: Sequence[Column], shape: Shape) -> RowFormat:
    """One JSON array, with a row on each line."""
    expressions = [json_lines.expression(columns, shape)]
    return RowFormat(expressions, json_lines.copy, json_lines.DELIMITER, opening=b"[", separator=b",", closing=b"]\n")


def ndjson(columns: Sequence[Column], shape: Shape) -> RowFormat:
    """A JSON value on each line."""
    return RowFormat([json_lines.expression(columns, shape)], json_lines.copy, json_lines.DELIMITER)


def csv(columns: Sequence[Column], style: Dialect, labels: Sequence[str]) -> RowFormat:
    """The CSV that a download has, and an archive."""
    return RowFormat(
        csv_format.expressions(columns, style),
        partial(csv_format.copy, dialect=style),
        style.delimiter.encode(),
        guard=csv_format.make_guard(columns, style),
        opening=csv_format.header(labels, style),
    )


def key_expression(key: Sequence[Column]) -> str:
    """Makes the SQL expression of a row's key: a JSON array of texts, in hex so that no delimiter is in it."""
    texts = ", ".join(f"result.{compose.quoted(column.name)}::text" for column in key)
    return f"encode(convert_to(json_build_array({texts})::text, 'UTF8'), 'hex')"
