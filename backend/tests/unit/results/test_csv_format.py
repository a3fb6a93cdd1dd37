"""How a CSV is written: an expression for each column, the COPY, the header."""

from __future__ import annotations

from typing import Any

import pytest

from guichet.results import csv_format
from guichet.sources.columns import Column
from guichet.sql.formats import CsvFormat
from guichet.sql.postgresql import csv_cells

PLAIN = CsvFormat(formula_guard=False)
FRENCH = CsvFormat(delimiter=";", decimal=",", dates="locale", locale="fr", formula_guard=False)
AMERICAN = CsvFormat(dates="locale", locale="en", formula_guard=False)


def expression(kind: Any, style: CsvFormat, *, free_text: bool = False) -> str:
    return csv_cells.expressions([Column("x", kind, free_text)], style)[0]


def dated(kind: Any, pattern: str, decimal: str = ".") -> str:
    return csv_cells.clock('"x"', Column("x", kind), pattern, decimal)


WITH_A_COMMA = "replace(\"x\"::text, '.', ',')"


@pytest.mark.parametrize(
    ("kind", "plain", "french", "american"),
    [
        ("text", '"x"::text', '"x"::text', '"x"::text'),
        ("boolean", '"x"::text', '"x"::text', '"x"::text'),
        ("integer", '"x"', '"x"', '"x"'),
        ("decimal", '"x"', WITH_A_COMMA, '"x"'),
        ("float", '"x"', WITH_A_COMMA, '"x"'),
        ("date", '"x"', dated("date", "DD/MM/YYYY", ","), dated("date", "MM/DD/YYYY")),
        ("timestamp", '"x"', dated("timestamp", "DD/MM/YYYY", ","), dated("timestamp", "MM/DD/YYYY")),
        ("timestamptz", '"x"', dated("timestamptz", "DD/MM/YYYY", ","), dated("timestamptz", "MM/DD/YYYY")),
        *((kind, '"x"', '"x"', '"x"') for kind in ("time", "interval", "json", "array", "range", "uuid", "bytes")),
    ],
)
def test_it_writes_each_type_as_the_spreadsheet_wants_it(kind: str, plain: str, french: str, american: str) -> None:
    assert [expression(kind, style) for style in (PLAIN, FRENCH, AMERICAN)] == [plain, french, american]


def test_it_guards_where_it_is_wanted() -> None:
    columns = [Column("note", "text", free_text=True)]

    assert csv_format.make_guard(columns, CsvFormat())(b"=1\n") == b"'=1\n"
    assert csv_format.make_guard(columns, PLAIN)(b"=1\n") == b"=1\n"


@pytest.mark.parametrize(
    ("labels", "style", "line"),
    [
        (["Id", "Name"], CsvFormat(), b"Id,Name\n"),
        (["Id", "Name"], CsvFormat(delimiter=";"), b"Id;Name\n"),
        (["a,b", "a;b"], CsvFormat(), b'"a,b",a;b\n'),
        (["a,b", "a;b"], CsvFormat(delimiter=";"), b'a,b;"a;b"\n'),
        (['say "x"', "two\nlines"], CsvFormat(), b'"say ""x""","two\nlines"\n'),
        (["Société", "日本"], CsvFormat(), "Société,日本\n".encode()),
        (["Id"], CsvFormat(bom=True), b"\xef\xbb\xbfId\n"),
        (["a\tb", "c"], CsvFormat(delimiter="\t"), b'"a\tb"\tc\n'),
    ],
)
def test_it_writes_the_header_as_copy_would(labels: list[str], style: CsvFormat, line: bytes) -> None:
    assert csv_format.header(labels, style) == line
