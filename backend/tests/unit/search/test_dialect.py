"""How a CSV is written: an expression for each column, the COPY, the header."""

from __future__ import annotations

import re
from typing import Any

import pytest

from guichet.search import dialect
from guichet.search.dialect import Dialect
from guichet.sources.columns import TYPES, Column

PLAIN = Dialect(formula_guard=False)
FRENCH = Dialect(delimiter=";", decimal=",", dates="locale", locale="fr", formula_guard=False)
AMERICAN = Dialect(dates="locale", locale="en", formula_guard=False)


def expression(kind: Any, style: Dialect, *, free_text: bool = False) -> str:
    return dialect.expressions([Column("x", kind, free_text)], style)[0]


def dated(pattern: str) -> str:
    return f'CASE WHEN isfinite("x") THEN to_char("x", \'{pattern}\') ELSE "x"::text END'


WITH_A_COMMA = "replace(\"x\"::text, '.', ',')"


@pytest.mark.parametrize(
    ("kind", "plain", "french", "american"),
    [
        ("text", '"x"::text', '"x"::text', '"x"::text'),
        ("boolean", '"x"::text', '"x"::text', '"x"::text'),
        ("integer", '"x"', '"x"', '"x"'),
        ("decimal", '"x"', WITH_A_COMMA, '"x"'),
        ("float", '"x"', WITH_A_COMMA, '"x"'),
        ("date", '"x"', dated("DD/MM/YYYY"), dated("MM/DD/YYYY")),
        ("timestamp", '"x"', dated("DD/MM/YYYY HH24:MI:SS"), dated("MM/DD/YYYY HH24:MI:SS")),
        ("timestamptz", '"x"', dated("DD/MM/YYYY HH24:MI:SS"), dated("MM/DD/YYYY HH24:MI:SS")),
        *((kind, '"x"', '"x"', '"x"') for kind in ("time", "interval", "json", "array", "range", "uuid", "bytes")),
    ],
)
def test_it_writes_each_type_as_the_spreadsheet_wants_it(kind: str, plain: str, french: str, american: str) -> None:
    assert [expression(kind, style) for style in (PLAIN, FRENCH, AMERICAN)] == [plain, french, american]


@pytest.mark.parametrize("kind", TYPES)
def test_it_guards_free_text_alone(kind: Any) -> None:
    unguarded = expression(kind, PLAIN)

    assert expression(kind, Dialect()) == unguarded
    assert expression(kind, Dialect(), free_text=True) != unguarded
    assert expression(kind, PLAIN, free_text=True) == unguarded


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A"])
def test_it_takes_for_a_formula_what_a_spreadsheet_would_run(text: str) -> None:
    assert text[0] in dialect.FORMULA_STARTS
    assert not re.search(dialect.HARMLESS, text)


@pytest.mark.parametrize(
    "text",
    ["-5", "-5.00", "+5", "5", "-1.234,56", "-1e9", "+33 1 23 45 67 89", "+1 (555) 010-0199", "+33123456789", "-0,5"],
)
def test_it_takes_numbers_and_phone_numbers_for_harmless(text: str) -> None:
    assert re.search(dialect.HARMLESS, text)


@pytest.mark.parametrize(
    "text",
    [
        "-5+A1",
        "+33 1=2",
        "-5\n=1",
        "+cmd|' /C calc'!A0",
        "-",
        "+",
        "+()-.",
        "-5;=1",
        "-1 -2",
        "- 5",
        "+33 1 23 x",
        "-5 ",
    ],
)
def test_it_takes_nothing_for_harmless_that_goes_on_otherwise(text: str) -> None:
    assert not re.search(dialect.HARMLESS.replace("$", r"\Z"), text)  # PostgreSQL's $ is the end of the text


def test_it_holds_no_quote_that_would_end_the_sql_string() -> None:
    assert "'" not in dialect.HARMLESS
    assert "%" not in dialect.HARMLESS


@pytest.mark.parametrize(("delimiter", "written"), [(",", "','"), (";", "';'"), ("|", "'|'"), ("\t", "E'\\t'")])
def test_it_copies_the_query_with_the_delimiter(delimiter: Any, written: str) -> None:
    assert dialect.copy("SELECT 1 -- x", Dialect(delimiter=delimiter)) == (
        f"COPY (\nSELECT 1 -- x\n) TO STDOUT (FORMAT csv, DELIMITER {written}, ENCODING 'UTF8')"
    )


@pytest.mark.parametrize(
    ("labels", "style", "line"),
    [
        (["Id", "Name"], Dialect(), b"Id,Name\n"),
        (["Id", "Name"], Dialect(delimiter=";"), b"Id;Name\n"),
        (["a,b", "a;b"], Dialect(), b'"a,b",a;b\n'),
        (["a,b", "a;b"], Dialect(delimiter=";"), b'a,b;"a;b"\n'),
        (['say "x"', "two\nlines"], Dialect(), b'"say ""x""","two\nlines"\n'),
        (["Société", "日本"], Dialect(), "Société,日本\n".encode()),
        (["Id"], Dialect(bom=True), b"\xef\xbb\xbfId\n"),
        (["a\tb", "c"], Dialect(delimiter="\t"), b'"a\tb"\tc\n'),
    ],
)
def test_it_writes_the_header_as_copy_would(labels: list[str], style: Dialect, line: bytes) -> None:
    assert dialect.header(labels, style) == line
