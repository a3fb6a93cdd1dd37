"""How the rows of a result are written for programs: JSON, JSON by the line, CSV. PostgreSQL writes all of them.

Pure: it makes SQL text from columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from guichet.results import csv_format, formula_guard
from guichet.results.formula_guard import Guard
from guichet.sources.columns import Column
from guichet.sources.protocol import LINE_DELIMITER, ByteSink, Session
from guichet.sql.dialect import Dialect
from guichet.sql.formats import CsvFormat, Shape
from guichet.sql.statement import Statement

Name = Literal["json", "ndjson", "csv"]


@dataclass(frozen=True)
class RowFormat:
    """What is asked of the database, and what goes around the lines that come.

    :param expressions: SQL, one or more per line.
    :param csv_delimiter: of lines that are CSV; None where each expression is JSON, or hex.
    :param guard: makes lines harmless.
    :param separator: what goes before every line but the first.
    """

    expressions: Sequence[str]
    csv_delimiter: str | None = None
    guard: Guard = formula_guard.none
    opening: bytes = b""
    separator: bytes = b""
    closing: bytes = b""

    @property
    def delimiter(self) -> bytes:
        """What stands between two expressions of a line; the last one never holds it if it is hex."""
        return LINE_DELIMITER if self.csv_delimiter is None else self.csv_delimiter.encode()

    def write(self, session: Session, statement: Statement, output: ByteSink) -> int:
        """Run the statement of these expressions and write its lines; return how many."""
        if self.csv_delimiter is None:
            return session.write_lines(statement.sql, statement.parameters, output)
        return session.write_csv(statement.sql, statement.parameters, self.csv_delimiter, output)


def json(columns: Sequence[Column], shape: Shape, dialect: Dialect) -> RowFormat:
    """One JSON array, with a row on each line."""
    expressions = [dialect.json_line(columns, shape)]
    return RowFormat(expressions, opening=b"[", separator=b",", closing=b"]\n")


def ndjson(columns: Sequence[Column], shape: Shape, dialect: Dialect) -> RowFormat:
    """Write a JSON value on each line."""
    return RowFormat([dialect.json_line(columns, shape)])


def csv(columns: Sequence[Column], style: CsvFormat, labels: Sequence[str], dialect: Dialect) -> RowFormat:
    """Write the CSV that a download has, and an archive."""
    return RowFormat(
        dialect.csv_cells(columns, style),
        style.delimiter,
        guard=csv_format.make_guard(columns, style),
        opening=csv_format.header(labels, style),
    )
