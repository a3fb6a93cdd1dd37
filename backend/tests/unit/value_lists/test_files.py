"""A table of files, written as programs and people write them, and what comes out of each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet import errors
from guichet.value_lists import column_proposal, csv_layout, csv_sniffer, encodings, parsing
from guichet.value_lists.column_proposal import ColumnWish
from guichet.value_lists.csv_layout import CsvLayout
from guichet.value_lists.parsing import ListBounds, ListTally
from guichet.value_lists.trimming import trim

FILES = Path(__file__).parents[2] / "data" / "value_lists"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FILES / "expected.json").read_text("utf-8"))
# Files that say more by how they are made.
MADE = {"windows_1252_late.txt": b"a.example\n" * 30_000 + "é.example\n".encode("cp1252")}
BOUNDS = ListBounds(1_000_000, 10_000)


@dataclass
class Read:
    encoding: str
    laid_out: CsvLayout
    values: list[tuple[int, str]]
    tally: ListTally


def read(content: bytes, column: int = 0, laid_out: CsvLayout | None = None) -> Read:
    file = io.BytesIO(content)
    encoding = encodings.find_encoding(file)
    laid_out = laid_out or csv_sniffer.find_layout(parsing.read_sample(file, encoding))
    tally = ListTally(BOUNDS)
    parts = list(parsing.read_parts(file, encoding, laid_out, column, tally))
    values = [pair for part in parts for pair in zip(part.lines, part.values, strict=True)]
    return Read(encoding, laid_out, values, tally)


def test_the_table_has_every_file() -> None:
    assert {file.name for file in FILES.iterdir()} - {"expected.json"} == EXPECTED.keys() - MADE


@pytest.mark.parametrize("name", EXPECTED)
def test_it_reads_what_stands_there(name: str) -> None:
    expected = EXPECTED[name]

    found = read(MADE.get(name) or (FILES / name).read_bytes(), expected["column"])

    assert found.encoding == expected["encoding"]
    assert found.laid_out == CsvLayout(expected["delimiter"], expected["quote"], expected["header"])
    different = [pair for at, pair in enumerate(found.values) if at < 5 or pair == found.values[-1]]
    shown = different if len(found.values) > len(expected["values"]) else found.values
    assert [list(pair) for pair in shown if list(pair) in expected["values"]] == expected["values"]
    if len(found.values) < 10:
        assert [list(pair) for pair in found.values] == expected["values"]
    assert found.tally.blanks == expected["blanks"]
    assert found.tally.rows == len(found.values) + expected["blanks"]


@pytest.mark.parametrize(
    ("content", "words", "line"),
    [
        (b"\x1f\x8brest", "gzip", None),
        (b"a\nb\nc\0d\n", "NUL", None),
        (b"a\n" + b"x" * 1_100_000, "A line is longer", 2),
        (b'a;b\n"1";"2"\n"open;2\n' + b"x;y\n" * 40_000, "never closed", None),
        (b"a\n" + b"x" * 10_001, "A value is longer", 2),
    ],
)
def test_it_refuses_what_is_no_list(content: bytes, words: str, line: int | None) -> None:
    with pytest.raises(errors.FileFaultError, match=words) as refused:
        read(content)

    assert line is None or refused.value.line == line


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_nothing_but_delimiters_is_nothing(delimiter: str) -> None:
    found = read(f"{delimiter * 3}\n".encode() * 5)

    assert (found.laid_out.delimiter, found.values, found.tally.blanks) == (delimiter, [], 5)


def test_it_refuses_too_many_columns() -> None:
    with pytest.raises(errors.FileFaultError, match="more than 500 columns"):
        read(b"a," * 600 + b"\n" + b"b," * 600 + b"\n")


def test_it_refuses_a_list_that_repeats_itself_for_ever() -> None:
    tally = ListTally(ListBounds(3, 100))
    with pytest.raises(errors.ListTooLargeError, match="more than 3 values"):
        list(parsing.read_parts(io.BytesIO(b"a\n" * 31), "utf-8", CsvLayout(None, None), 0, tally))


@pytest.mark.parametrize(
    ("heads", "rows", "wish", "expected"),
    [
        (["id", "name"], [["1", "Acme"]], ColumnWish(), 0),
        (["id", "email"], [["1", "a@x.example"]], ColumnWish(("email",)), 1),
        (["nr", "Company domain"], [["1", "a.example"]], ColumnWish(("domain", "Company domains")), 1),
        ([None, None], [["Acme", "a@x.example"]], ColumnWish(("contact",), "email"), 1),
        ([None, None], [["Acme", "12"]], ColumnWish(("key",), "integer"), 1),
        ([None, "x"], [["", "a"]], ColumnWish(), 1),
    ],
)
def test_it_proposes_the_column_that_fits(
    heads: list[str | None], rows: Sequence[Sequence[str]], wish: ColumnWish, expected: int
) -> None:
    assert column_proposal.propose_column(heads, rows, wish) == expected


# What trimming would change, or what no text of a file can have, can't come back the same.
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp"), exclude_characters="\uffff")
VALUES = st.text(LETTERS, min_size=1).filter(lambda text: trim(text) == text and not csv_layout.is_ruler(text))
CELLS = st.one_of(VALUES, st.just("a, b;\t|"), st.just('say "hi"\nthere'))


@given(st.lists(VALUES, min_size=1, max_size=30), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_plain_lines_come_back_the_same(values: list[str], encoding: str) -> None:
    content = "\r\n".join(values).encode(encoding)

    assert [value for _, value in read(content, laid_out=CsvLayout(None, None)).values] == values


ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=30)


@dataclass(frozen=True)
class Program:
    """How a program writes CSV.

    :param encloses: whether a cell goes into quotes.
    """

    encoding: str
    delimiter: str
    line_end: str
    encloses: Callable[[str], bool]

    def write(self, rows: Sequence[Sequence[str]]) -> bytes:
        lines = (self.delimiter.join(map(self._cell, row)) + self.line_end for row in rows)
        return "".join(lines).encode(self.encoding)

    def _cell(self, text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if self.encloses(text) else text


def is_special(text: str) -> bool:
    """What every program encloses: quotes, line ends, whatever may separate."""
    return any(mark in text for mark in '",;\t|\n\r')


PROGRAMS = {
    # "CSV UTF-8": with a mark; the delimiter is that of the country.
    "Excel": Program("utf-8-sig", ";", "\r\n", is_special),
    "Excel, English": Program("utf-8-sig", ",", "\r\n", is_special),
    # "Unicode Text": UTF-16 with a mark, tabs.
    "Excel, Unicode text": Program("utf-16", "\t", "\r\n", is_special),
    # Cells of text with spaces at their ends are enclosed as well; lines end in LF.
    "LibreOffice": Program("utf-8", ",", "\n", lambda text: is_special(text) or text != text.strip()),
    # "Quote all text cells": numbers stay as they are.
    "LibreOffice, all text quoted": Program("utf-8", ";", "\n", lambda text: not text.isdigit()),
    "LibreOffice, UTF-16": Program("utf-16", "|", "\n", lambda _: True),
}


@pytest.mark.parametrize("name", PROGRAMS)
@given(rows=ROWS)
def test_what_spreadsheets_write_comes_back_the_same(name: str, rows: list[list[str]]) -> None:
    program = PROGRAMS[name]

    found = read(program.write(rows), 1, CsvLayout(program.delimiter, '"'))

    assert [value for _, value in found.values] == [row[1] for row in rows]
    firsts = [1 + sum(text.count("\n") + 1 for text in map("".join, rows[:at])) for at in range(len(rows))]
    assert [line for line, _ in found.values] == firsts


@pytest.mark.parametrize("name", PROGRAMS)
@given(values=st.lists(st.from_regex(r"[a-z]{1,8}( [A-Zé\"]{1,4})?", fullmatch=True), min_size=3, max_size=30))
def test_how_spreadsheets_write_is_found_out(name: str, values: list[str]) -> None:
    program = PROGRAMS[name]

    found = read(program.write([["nr", "name"], *([str(at), value] for at, value in enumerate(values))]), 1)

    assert (found.laid_out.delimiter, found.laid_out.quote, found.laid_out.header) == (program.delimiter, '"', True)
    assert [value for _, value in found.values] == values


@given(
    ROWS,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_what_python_writes_comes_back_the_same(
    rows: list[list[str]], delimiter: str, quoting: int, line_end: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(rows)  # type: ignore[arg-type]

    found = read(text.getvalue().encode(), 1, CsvLayout(delimiter, '"'))

    assert [value for _, value in found.values] == [row[1] for row in rows]


def test_it_refuses_an_encoding_that_the_file_does_not_have() -> None:
    for encoding in ("utf-16", "utf-8"):
        with pytest.raises(errors.FileFaultError, match=f"This is not text in {encoding}"):
            parsing.read_sample(io.BytesIO(b"caf\xe9\n"), encoding)
