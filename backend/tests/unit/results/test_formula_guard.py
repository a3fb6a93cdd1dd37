"""The formula guard: what it changes in the lines that COPY wrote, and what it leaves alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.results import formula_guard
from guichet.sources.columns import Column

Lines = Sequence[Sequence[str | None]]

DELIMITERS = (",", ";", "|", "\t")
TEXTS = [Column(f"text_{at}", "text", free_text=True) for at in range(3)]

RUN = ["=1+1", "+A1", "-A1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A", "+cmd|' /C calc'!A0"]
GO_ON = [
    *("-5+A1", "+33 1=2", "-5\n=1", "-5;=1", "-1,=5", "-5\t=1", '-5"=1', "+1234567\n=1", '+33123456789"=1', "-1 -2"),
    *("-", "+", "- 5", "-5 ", "-.5", "-1.", "-1..2", "+()-.", "+1-1", "+123-456 ", "+12345 ", "+33 1 23 x", "+١٢٣٤٥٦٧"),
]
NUMBERS = ["-5", "-5.00", "+5", "5", "-1.234,56", "-1e9", "-0,5", "+1.5E-3"]
PHONES = ["+33 1 23 45 67 89", "+1 (555) 010-0199", "+33123456789"]
WORDS = ["", "a", "a=b", "a,-b", 'a "quoted" word', "a list:\n- one\n- two", "'=1", " =1", "a\t@b", "½"]


def copied(lines: Lines, delimiter: str, *, harmless: bool = False) -> list[bytes]:
    """Writes lines as COPY does; with the apostrophes that belong there, if `harmless`."""

    def field(text: str | None, end: str) -> str:
        if text is None:
            return end
        quoted = text == "" or re.search(rf'[{delimiter}"\r\n]', text) is not None
        if harmless:
            text = within(text, delimiter, '"' if quoted else end)
            text = f"'{text}" if is_formula(text) else text
        return ('"' + text.replace('"', '""') + '"' if quoted else text) + end

    def line(texts: Sequence[str | None]) -> str:
        return "".join(field(text, "\n" if at == len(texts) - 1 else delimiter) for at, text in enumerate(texts))

    return [line(texts).encode() for texts in lines]


def within(text: str, delimiter: str, end: str) -> str:
    """Mark the parts of a text that a reader who splits it by another separator would take for formulas.

    :param end: what stands behind the text.
    """
    others = {*",;|\t\r\n"} - {delimiter}
    ends = "".join(others) + '"'
    made = ""
    for at, character in enumerate(text):
        made += character
        rest = text[at + 1 :].lstrip('"') + end
        if character in others and rest[0] in "=+-@＝＋－＠":
            plain = re.match(
                rf"(?:{formula_guard.HARMLESS}[)\]}}]+|(?:{formula_guard.HARMLESS}|{formula_guard.BULLET})[{re.escape(ends)}])",
                rest,
            )
            made += "" if plain else "'"
    return made


def is_formula(text: str) -> bool:
    return text[:1] in tuple(formula_guard.FORMULA_STARTS) and not re.fullmatch(formula_guard.HARMLESS, text)


@pytest.mark.parametrize("text", RUN + GO_ON)
def test_it_takes_for_a_formula_what_a_spreadsheet_might_run(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize("text", NUMBERS + PHONES + WORDS)
def test_it_takes_numbers_phone_numbers_and_words_for_none(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("text", RUN + GO_ON + NUMBERS + PHONES + WORDS)
def test_it_puts_an_apostrophe_before_a_formula_wherever_it_stands(text: str, delimiter: str) -> None:
    lines: Lines = [["a", None, ""], [text, "b", "c"], [None, text, "é"], ["", "d", text], [text, text, text]]

    guarded = formula_guard.for_columns(TEXTS, delimiter)(b"".join(copied(lines, delimiter)))

    assert guarded == b"".join(copied(lines, delimiter, harmless=True))


nasty = st.text(st.sampled_from("=+-@\t\r\n,;|\"' .()0123eEaé＝½"), max_size=12)
anything = st.none() | st.sampled_from(RUN + GO_ON + NUMBERS + PHONES + WORDS) | nasty | st.text(max_size=8)


@given(st.lists(st.lists(anything, min_size=3, max_size=3), max_size=8), st.sampled_from(DELIMITERS))
def test_it_changes_nothing_else(lines: Lines, delimiter: str) -> None:
    guarded = formula_guard.for_columns(TEXTS, delimiter)(b"".join(copied(lines, delimiter)))

    assert guarded == b"".join(copied(lines, delimiter, harmless=True))


def test_it_leaves_columns_alone_that_hold_no_free_text() -> None:
    columns = [Column("amount", "decimal"), Column("wait", "interval"), Column("note", "text", free_text=True)]

    guarded = formula_guard.for_columns(columns, ",")(b"-1.5,-2 days,-x\n-1e9,,fine\n")

    assert guarded == b"-1.5,-2 days,'-x\n-1e9,,fine\n"


def test_it_looks_at_nothing_where_there_is_no_free_text() -> None:
    assert formula_guard.for_columns([Column("amount", "decimal")], ",") is formula_guard.none


def test_it_leaves_rows_as_they_are_when_it_is_not_wanted() -> None:
    assert formula_guard.none(b"=1,2\n@x,3\n") == b"=1,2\n@x,3\n"


def test_it_passes_lines_on_in_pieces_and_the_rest_when_it_is_closed() -> None:
    output: list[bytes] = []
    guarded = formula_guard.Guarded(Pieces(output), formula_guard.for_columns(TEXTS[:1], ","))
    line = b"=" + b"x" * (formula_guard.PIECE_BYTES // 2) + b"\n"

    for _ in range(3):
        guarded.write(line)
    guarded.close()

    assert output == [b"'" + line + b"'" + line, b"'" + line]


@dataclass
class Pieces:
    """A file that remembers what was written at once."""

    pieces: list[bytes]

    def write(self, piece: bytes) -> None:
        self.pieces.append(piece)
