"""Value lists in the portal database: a file read into it by COPY, in one transaction, and what is asked later."""

from __future__ import annotations

import io
import itertools
import struct
import sys
import uuid
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from typing import IO, Any

from isal import isal_zlib

from guichet import errors
from guichet.messages import say
from guichet.portal_db.database import Record, Transaction, as_json
from guichet.value_lists import (
    cell_patterns,
    column_proposal,
    csv_layout,
    csv_sniffer,
    encodings,
    likely_encodings,
    parsing,
    workbooks,
)
from guichet.value_lists.column_proposal import ColumnWish
from guichet.value_lists.csv_layout import CsvLayout
from guichet.value_lists.deduplication import Deduplicator
from guichet.value_lists.parsing import ListBounds, ListPart, ListTally
from guichet.value_lists.workbooks import WorkbookBounds

# Reading a large file takes longer than other things that the portal database is asked.
SECONDS = 120

FILE_PART = 1 << 20
# How a sheet is written that was read from a workbook.
SHEET = CsvLayout(",", '"')
# So many rows are shown.
SAMPLE_ROWS = 8
# So many lines are shown, to choose the header among them.
HEAD_LINES, HEAD_CHARACTERS = 40, 120
# PostgreSQL's number for its type of integers.
INTEGER = 23
# Values with line feeds in them are joined by what none of them has: a character that is none.
JOIN = "\uffff"
# What COPY's text format would have to escape; of values without it, line feeds can be what joins them.
SPECIAL = (b"\\", b"\r", b"\t")


@dataclass(frozen=True)
class ReadingChoice:
    """How a file is to be read, as far as a user said so; None is found out."""

    encoding: str | None = None
    layout: CsvLayout | None = None
    delimiter: str | None = None
    has_delimiter: bool = False
    header: bool | None = None
    header_line: int | None = None
    has_header_line: bool = False
    column: int | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class ListReading:
    """How a criterion wants the values of a list.

    :param normalization: `lower`, `upper`, `digits` or "", behind `nfd` where values are decomposed.
    :param kind: what they must be, as `value_key` in the portal database has it.
    """

    normalization: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class _FileAnalysis:
    """What a file was made out to be.

    :param kind: what the values of its column are: see `Wish`.
    :param text: what is read: the file itself, or a sheet of it.
    :param head: the first lines as they stand there, by their numbers.
    :param likely: encodings that explain it better.
    """

    encoding: str
    laid_out: CsvLayout
    names: list[str | None]
    sample: list[list[str]]
    column: int
    kind: str
    text: IO[bytes]
    header_line: int | None
    head: list[tuple[int, str]]
    likely: list[str]
    sheets: tuple[str, ...] = ()
    sheet: str | None = None


def create_list(
    transaction: Transaction,
    owner: str,
    name: str,
    file: IO[bytes],
    choice: ReadingChoice,
    wish: ColumnWish,
    bounds: ListBounds,
    workbook_bounds: WorkbookBounds,
) -> Record:
    """Read a file into a new list.

    :raises FileFaultError: if it can't be read.
    :raises ListTooLargeError: if it has too many values.
    """
    made_out = _analyze_file(file, choice, wish, workbook_bounds)
    with _close_unless_same(made_out.text, file):
        size = file.seek(0, 2)
        made = transaction.find("value_lists.create", owner=owner, name=name, bytes=size, **_build_columns(made_out))
        assert made is not None
        transaction.copy_in(
            "value_lists.copy_file", _encode_binary_rows(_build_file_rows(_encode_uuid(made["id"]), _compress(file)))
        )
        return _store_parts(transaction, made["id"], made_out, bounds)


def change_list(
    transaction: Transaction,
    stored: Record,
    file: IO[bytes],
    choice: ReadingChoice,
    wish: ColumnWish,
    bounds: ListBounds,
    workbook_bounds: WorkbookBounds,
) -> Record:
    """Read the file of a list again, another way.

    :param file: an empty one to put the stored file into.
    """
    for part in transaction.stream("value_lists.file", id=stored["id"]):
        file.write(isal_zlib.decompress(bytes(part["content"])))
    made_out = _analyze_file(file, choice, wish, workbook_bounds)
    with _close_unless_same(made_out.text, file):
        transaction.fetch("value_lists.clear", id=stored["id"])
        transaction.fetch("value_lists.describe", id=stored["id"], **_build_columns(made_out))
        return _store_parts(transaction, stored["id"], made_out, bounds)


def _close_unless_same(text: IO[bytes], file: IO[bytes]) -> AbstractContextManager[object]:
    """Close what was made to be read; the file itself is the caller's."""
    return nullcontext() if text is file else closing(text)


def build_choice(stored: Record, changes: Mapping[str, Any]) -> ReadingChoice:
    """Choose anew: what a change leaves open stays as it is, what hangs on what changes is found out again."""
    chosen = {name: changes[name] for name in ("header", "column") if changes.get(name) is not None}
    if "header_line" in changes:
        chosen |= {"header_line": changes["header_line"], "has_header_line": True}
    encoding = changes.get("encoding") or stored["encoding"]
    if stored["sheet"] is not None:
        unfit = next((name for name in ("encoding", "delimiter") if name in changes), None)
        if unfit:
            raise errors.CriteriaError([errors.Fault(f"/{unfit}", "A workbook has none to choose: choose a sheet.")])
        if changes.get("sheet") not in (None, stored["sheet"]):
            return ReadingChoice(sheet=changes["sheet"], **chosen)
    elif changes.get("sheet") is not None:
        raise errors.CriteriaError([errors.Fault("/sheet", "This file is no workbook.")])
    if "delimiter" in changes:
        return ReadingChoice(encoding, None, changes["delimiter"], True, **chosen)
    known = CsvLayout(stored["delimiter"], stored["quote"], stored["header"], stored["above"])
    kept = {"header": known.header, "column": stored["column_at"]}
    return ReadingChoice(encoding, known, sheet=stored["sheet"], **(kept | chosen))


def _analyze_file(file: IO[bytes], choice: ReadingChoice, wish: ColumnWish, bounds: WorkbookBounds) -> _FileAnalysis:
    if not workbooks.is_workbook(file):
        encoding = choice.encoding or encodings.find_encoding(file)
        sample = parsing.read_sample(file, encoding)
        return _analyze_text(
            _TextSource(file, sample, encoding, likely_encodings.find_likely_encodings(file, encoding)), choice, wish
        )
    workbook = workbooks.read_sheet(file, choice.sheet, bounds)
    try:
        sample = parsing.read_sample(workbook.text, "utf-8")
        known = choice.layout or csv_sniffer.find_header(sample, SHEET)
        source = _TextSource(workbook.text, sample, workbook.kind, [])
        read = _analyze_text(source, replace(choice, layout=known), wish)
    except BaseException:
        workbook.text.close()
        raise
    return replace(read, sheets=workbook.sheets, sheet=workbook.sheet)


@dataclass(frozen=True)
class _TextSource:
    """Text that is to be laid out."""

    text: IO[bytes]
    sample: str
    encoding: str
    likely: list[str]


def _analyze_text(source: _TextSource, choice: ReadingChoice, wish: ColumnWish) -> _FileAnalysis:
    laid_out = _choose_layout(source.sample, choice)
    numbered = csv_layout.read_numbered_rows(source.sample, laid_out)
    if choice.has_header_line and choice.header_line is not None and not numbered:
        raise errors.CriteriaError([errors.Fault("/header_line", "The file has no such line.")])
    rows = [row for _, row in numbered]
    below = rows[1:] if laid_out.header else rows
    width = max(map(len, rows), default=1)
    names = [*(rows[0] if laid_out.header and rows else []), *[None] * width][:width]
    if choice.column is not None and choice.column >= width:
        raise errors.CriteriaError([errors.Fault("/column", say("The file has {count} columns.", count=width))])
    column = column_proposal.propose_column(names, below, wish) if choice.column is None else choice.column
    return _FileAnalysis(
        encoding=source.encoding,
        laid_out=laid_out,
        names=[name or None for name in names],
        sample=below[:SAMPLE_ROWS],
        column=column,
        kind=wish.kind or cell_patterns.find_kind([row[column] for row in below if column < len(row)]),
        text=source.text,
        header_line=numbered[0][0] if laid_out.header and numbered else None,
        head=_list_first_lines(source.sample),
        likely=source.likely,
    )


def _choose_layout(sample: str, choice: ReadingChoice) -> CsvLayout:
    if choice.has_delimiter:
        layout = csv_sniffer.build_layout_for_delimiter(sample, choice.delimiter)
    else:
        layout = choice.layout or csv_sniffer.find_layout(sample)
    if choice.has_header_line:
        return csv_sniffer.set_header_line(layout, choice.header_line)
    return layout if choice.header is None else replace(layout, header=choice.header)


def _list_first_lines(sample: str) -> list[tuple[int, str]]:
    """Return the first lines that are not blank, with their numbers, cut short."""
    lines = ((number, line.strip()) for number, line in enumerate(io.StringIO(sample, newline=""), 1))
    return [
        (number, line[:HEAD_CHARACTERS])
        for number, line in itertools.islice(((n, t) for n, t in lines if t), HEAD_LINES)
    ]


def _build_columns(made_out: _FileAnalysis) -> dict[str, Any]:
    return {
        "encoding": made_out.encoding,
        "delimiter": made_out.laid_out.delimiter,
        "quote": made_out.laid_out.quote,
        "header": made_out.laid_out.header,
        "columns": as_json(made_out.names),
        "sample": as_json([[cell[:200] for cell in row[:100]] for row in made_out.sample]),
        "column_at": made_out.column,
        "above": made_out.laid_out.above,
        "header_line": made_out.header_line,
        "head": as_json(made_out.head),
        "likely": as_json(made_out.likely),
        "sheets": as_json(made_out.sheets),
        "sheet": made_out.sheet,
    }


def _store_parts(transaction: Transaction, list_id: Any, made_out: _FileAnalysis, bounds: ListBounds) -> Record:
    tally, sieve = ListTally(bounds), Deduplicator(bounds.values)
    doubtful: list[int] = []
    encoding = "utf-8" if made_out.sheet is not None else made_out.encoding
    read = parsing.read_parts(made_out.text, encoding, made_out.laid_out, made_out.column, tally, made_out.kind)
    rows = _build_part_rows(_encode_uuid(list_id), sieve.deduplicate(read), doubtful)
    transaction.copy_in("value_lists.copy_parts", _encode_binary_rows(rows))
    if tally.rows == tally.blanks:
        raise errors.FileFaultError("There is no value in this column." if tally.rows else "The file is empty.")
    if doubtful and sieve.repeats():
        transaction.fetch("value_lists.drop_repetitions", id=list_id, doubtful=doubtful)
    filled = transaction.find("value_lists.tally", id=list_id, rows=tally.rows, blanks=tally.blanks, hash=tally.hash)
    assert filled is not None
    if filled["values"] > bounds.values:
        raise errors.ListTooLargeError(say("The list has more than {most} values.", most=bounds.values))
    return filled


def _build_part_rows(
    list_id: bytes, parts: Iterable[ListPart], doubtful: list[int]
) -> Iterator[Sequence[bytes | None]]:
    """Write parts as the cells of rows: list_id, part, first_line, lines, size, values, is_plain.

    :param doubtful: is given the numbers of parts that are.
    """
    for number, part in enumerate(parts):
        if part.is_doubtful:
            doubtful.append(number)
        is_plain = _is_plain(part)
        joined = part.text if is_plain else JOIN.join(part.values).encode()
        size = struct.pack("!i", len(part.values))
        yield (
            list_id,
            struct.pack("!i", number),
            *_encode_line_numbers(part.lines),
            size,
            joined,
            struct.pack("!?", is_plain),
        )


def _is_plain(part: ListPart) -> bool:
    return part.text.count(b"\n") == len(part.values) - 1 and not any(mark in part.text for mark in SPECIAL)


def _encode_line_numbers(lines: Sequence[int]) -> tuple[bytes | None, bytes | None]:
    """Write lines as the first, where each follows the one before it, else as an array of PostgreSQL's integers."""
    if isinstance(lines, range):
        return struct.pack("!i", lines[0]), None
    cells = array("i", [4]) * (2 * len(lines))  # its length stands before each
    cells[1::2] = array("i", lines)
    if sys.byteorder == "little":
        cells.byteswap()
    return None, struct.pack("!5i", 1, 0, INTEGER, len(lines), 1) + cells.tobytes()


def _compress(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(FILE_PART):
        yield isal_zlib.compress(block, 1)


def _build_file_rows(list_id: bytes, contents: Iterable[bytes]) -> Iterator[Sequence[bytes | None]]:
    """Write (list_id, part, content)."""
    for number, content in enumerate(contents):
        yield list_id, struct.pack("!i", number), content


def _encode_binary_rows(rows: Iterable[Sequence[bytes | None]]) -> Iterator[bytes]:
    """Write rows of cells in COPY's binary format, which has bytes as they are."""
    yield b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
    for row in rows:
        cells = (struct.pack("!i", -1) if cell is None else struct.pack("!i", len(cell)) + cell for cell in row)
        yield struct.pack("!h", len(row)) + b"".join(cells)
    yield struct.pack("!h", -1)


def _encode_uuid(list_id: Any) -> bytes:
    return uuid.UUID(str(list_id)).bytes


def count_values(transaction: Transaction, record: Record, reading: ListReading) -> tuple[int, int]:
    """Count the values of a list that can be read, and those that can't. Remembered in the portal database."""
    if reading == ListReading():
        return record["values"], 0
    asked = {"id": record["id"], "normalization": reading.normalization, "kind": reading.kind}
    known = transaction.find("value_lists.known_reading", **asked)
    if known is None:
        known = transaction.find("value_lists.count_reading", **asked)
        assert known is not None
        transaction.fetch("value_lists.keep_reading", **asked, values=known["values"], malformed=known["malformed"])
    return known["values"], known["malformed"]


def find_malformed(transaction: Transaction, list_id: Any, reading: ListReading, limit: int) -> list[Record]:
    """List the first values that can't be read, with their lines."""
    return transaction.fetch(
        "value_lists.malformed", id=list_id, normalization=reading.normalization, kind=reading.kind, limit=limit
    )


def stream_keys(transaction: Transaction, list_id: Any, reading: ListReading) -> Iterator[bytes]:
    """Yield what can be read as COPY's text format has it: one value a row."""
    for part in transaction.stream(
        "value_lists.keys", id=list_id, normalization=reading.normalization, kind=reading.kind
    ):
        if part["keys"]:
            yield part["keys"].encode() + b"\n"


def stream_lines(transaction: Transaction, list_id: Any, reading: ListReading) -> Iterator[bytes]:
    """Yield every value as COPY's text format has it: its line, its spelling, and what is read, NULL if malformed."""
    for part in transaction.stream(
        "value_lists.lines", id=list_id, normalization=reading.normalization, kind=reading.kind
    ):
        yield part["lines"].encode() + b"\n"


def fetch_array_literal(transaction: Transaction, list_id: Any, reading: ListReading, limit: int | None = None) -> str:
    """Return what can be read, or some of it, as one array literal."""
    if limit is None:
        text = b"".join(stream_keys(transaction, list_id, reading)).decode().removesuffix("\n")
        if "\\" not in text:  # nothing is escaped, so that line ends stand between values and nowhere else
            joined = text.replace('"', '\\"').replace("\n", '","')
            return f'{{"{joined}"}}' if text else "{}"
    record = transaction.find(
        "value_lists.literal", id=list_id, normalization=reading.normalization, kind=reading.kind, limit=limit
    )
    return str(record["literal"]) if record else "{}"


def fetch_array_literals(transaction: Transaction, list_id: Any, reading: ListReading) -> Record:
    """Return lines, spellings and what can be read (NULL if malformed) as three array literals."""
    record = transaction.find(
        "value_lists.literals", id=list_id, normalization=reading.normalization, kind=reading.kind
    )
    assert record is not None
    return record
