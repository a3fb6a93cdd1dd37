"""Value lists in the portal database: a file read into it by COPY, in one transaction, and what is asked later."""

from __future__ import annotations

import struct
import sys
import uuid
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from isal import isal_zlib

from guichet import errors
from guichet.portal_db.database import Record, Transaction, as_json
from guichet.sentences import say
from guichet.value_lists import encodings, layout, parsing
from guichet.value_lists.layout import Layout, Wish
from guichet.value_lists.parsing import Bounds, Part, Tally
from guichet.value_lists.sieve import Sieve

# Reading a large file takes longer than other things that the portal database is asked.
SECONDS = 120

FILE_PART = 1 << 20
# PostgreSQL's number for its type of integers.
INTEGER = 23
# Values with line feeds in them are joined by what none of them has: a character that is none.
JOIN = "\uffff"
# What COPY's text format would have to escape; of values without it, line feeds can be what joins them.
SPECIAL = (b"\\", b"\r", b"\t")


@dataclass(frozen=True)
class Choice:
    """How a file is to be read, as far as a user said so; None is found out."""

    encoding: str | None = None
    layout: Layout | None = None
    delimiter: str | None = None
    has_delimiter: bool = False
    header: bool | None = None
    column: int | None = None


@dataclass(frozen=True)
class Reading:
    """How a criterion wants the values of a list.

    :param normalization: `lower`, `upper`, `digits` or "".
    :param kind: what they must be, as `value_key` in the portal database has it.
    """

    normalization: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class _Read:
    """What a file was made out to be."""

    encoding: str
    laid_out: Layout
    names: list[str | None]
    sample: list[list[str]]
    column: int


def create(
    transaction: Transaction, owner: str, name: str, file: IO[bytes], choice: Choice, wish: Wish, bounds: Bounds
) -> Record:
    """Reads a file into a new list.

    :raises FileFaultError: if it can't be read.
    :raises ListTooLargeError: if it has too many values.
    """
    made_out = _make_out(file, choice, wish)
    size = file.seek(0, 2)
    made = transaction.find("value_lists.create", owner=owner, name=name, bytes=size, **_described(made_out))
    assert made is not None
    transaction.copy_in("value_lists.copy_file", _binary(_file_rows(_uuid(made["id"]), _squeezed(file))))
    return _fill(transaction, made["id"], file, made_out, bounds)


def change(
    transaction: Transaction, found: Record, file: IO[bytes], choice: Choice, wish: Wish, bounds: Bounds
) -> Record:
    """Reads the file of a list again, another way.

    :param file: an empty one to put the stored file into.
    """
    for part in transaction.stream("value_lists.file", id=found["id"]):
        file.write(isal_zlib.decompress(bytes(part["content"])))
    made_out = _make_out(file, choice, wish)
    transaction.fetch("value_lists.clear", id=found["id"])
    transaction.fetch("value_lists.describe", id=found["id"], **_described(made_out))
    return _fill(transaction, found["id"], file, made_out, bounds)


def choose(found: Record, given: Mapping[str, Any]) -> Choice:
    """What a change leaves open stays as it is; what hangs on what changes is found out again."""
    encoding = given.get("encoding") or found["encoding"]
    known = Layout(found["delimiter"], found["quote"], found["header"])
    if "delimiter" in given:
        return Choice(encoding, None, given["delimiter"], True, given.get("header"), given.get("column"))
    header, column = given.get("header"), given.get("column")
    return Choice(
        encoding,
        known,
        header=known.header if header is None else header,
        column=found["column_at"] if column is None else column,
    )


def _make_out(file: IO[bytes], choice: Choice, wish: Wish) -> _Read:
    encoding = choice.encoding or encodings.find(file)
    sample = parsing.sample(file, encoding)
    if choice.has_delimiter:
        laid_out = layout.with_delimiter(sample, choice.delimiter)
    else:
        laid_out = choice.layout or layout.find(sample)
    if choice.header is not None:
        laid_out = Layout(laid_out.delimiter, laid_out.quote, choice.header)
    rows = layout.rows(sample, laid_out)
    below = rows[1:] if laid_out.header else rows
    width = max(map(len, rows), default=1)
    names = [*(rows[0] if laid_out.header and rows else []), *[None] * width][:width]
    if choice.column is not None and choice.column >= width:
        raise errors.CriteriaError([errors.Fault("/column", say("The file has {count} columns.", count=width))])
    column = layout.propose(names, below, wish) if choice.column is None else choice.column
    return _Read(encoding, laid_out, [name or None for name in names], below[: layout.SAMPLE_ROWS], column)


def _described(made_out: _Read) -> dict[str, Any]:
    return {
        "encoding": made_out.encoding,
        "delimiter": made_out.laid_out.delimiter,
        "quote": made_out.laid_out.quote,
        "header": made_out.laid_out.header,
        "columns": as_json(made_out.names),
        "sample": as_json([[cell[:200] for cell in row[:100]] for row in made_out.sample]),
        "column_at": made_out.column,
    }


def _fill(transaction: Transaction, list_id: Any, file: IO[bytes], made_out: _Read, bounds: Bounds) -> Record:
    tally, sieve = Tally(bounds), Sieve(bounds.values)
    doubtful: list[int] = []
    found = parsing.parts(file, made_out.encoding, made_out.laid_out, made_out.column, tally)
    rows = _part_rows(_uuid(list_id), sieve.sifted(found), doubtful)
    transaction.copy_in("value_lists.copy_parts", _binary(rows))
    if tally.rows == tally.blanks:
        raise errors.FileFaultError("There is no value in this column." if tally.rows else "The file is empty.")
    if doubtful and sieve.repeats():
        transaction.fetch("value_lists.drop_repetitions", id=list_id, doubtful=doubtful)
    filled = transaction.find("value_lists.tally", id=list_id, rows=tally.rows, blanks=tally.blanks, hash=tally.hash)
    assert filled is not None
    if filled["values"] > bounds.values:
        raise errors.ListTooLargeError(say("The list has more than {most} values.", most=bounds.values))
    return filled


def _part_rows(list_id: bytes, parts: Iterable[Part], doubtful: list[int]) -> Iterator[Sequence[bytes | None]]:
    """Writes parts as the cells of rows: list_id, part, first_line, lines, size, values, is_plain.

    :param doubtful: is given the numbers of parts that are.
    """
    for at, part in enumerate(parts):
        if part.is_doubtful:
            doubtful.append(at)
        is_plain = _is_plain(part)
        joined = part.text if is_plain else JOIN.join(part.values).encode()
        size = struct.pack("!i", len(part.values))
        yield list_id, struct.pack("!i", at), *_numbered(part.lines), size, joined, struct.pack("!?", is_plain)


def _is_plain(part: Part) -> bool:
    return part.text.count(b"\n") == len(part.values) - 1 and not any(one in part.text for one in SPECIAL)


def _numbered(lines: Sequence[int]) -> tuple[bytes | None, bytes | None]:
    """Writes lines as the first, where each follows the one before it, else as an array of PostgreSQL's integers."""
    if isinstance(lines, range):
        return struct.pack("!i", lines[0]), None
    cells = array("i", [4]) * (2 * len(lines))  # its length stands before each
    cells[1::2] = array("i", lines)
    if sys.byteorder == "little":
        cells.byteswap()
    return None, struct.pack("!5i", 1, 0, INTEGER, len(lines), 1) + cells.tobytes()


def _squeezed(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(FILE_PART):
        yield isal_zlib.compress(block, 1)


def _file_rows(list_id: bytes, contents: Iterable[bytes]) -> Iterator[Sequence[bytes | None]]:
    """Writes (list_id, part, content)."""
    for at, content in enumerate(contents):
        yield list_id, struct.pack("!i", at), content


def _binary(rows: Iterable[Sequence[bytes | None]]) -> Iterator[bytes]:
    """Writes rows of cells in COPY's binary format, which has bytes as they are."""
    yield b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
    for row in rows:
        cells = (struct.pack("!i", -1) if cell is None else struct.pack("!i", len(cell)) + cell for cell in row)
        yield struct.pack("!h", len(row)) + b"".join(cells)
    yield struct.pack("!h", -1)


def _uuid(list_id: Any) -> bytes:
    return uuid.UUID(str(list_id)).bytes


def count(transaction: Transaction, found: Record, reading: Reading) -> tuple[int, int]:
    """Counts the values of a list that can be read, and those that can't. Remembered in the portal database."""
    if reading == Reading():
        return found["values"], 0
    asked = {"id": found["id"], "normalization": reading.normalization, "kind": reading.kind}
    known = transaction.find("value_lists.known_reading", **asked)
    if known is None:
        known = transaction.find("value_lists.count_reading", **asked)
        assert known is not None
        transaction.fetch("value_lists.keep_reading", **asked, values=known["values"], malformed=known["malformed"])
    return known["values"], known["malformed"]


def malformed(transaction: Transaction, list_id: Any, reading: Reading, limit: int) -> list[Record]:
    """Lists the first values that can't be read, with their lines."""
    return transaction.fetch(
        "value_lists.malformed", id=list_id, normalization=reading.normalization, kind=reading.kind, limit=limit
    )


def keys(transaction: Transaction, list_id: Any, reading: Reading) -> Iterator[bytes]:
    """Yields what can be read as COPY's text format has it: one value a row."""
    for part in transaction.stream(
        "value_lists.keys", id=list_id, normalization=reading.normalization, kind=reading.kind
    ):
        if part["keys"]:
            yield part["keys"].encode() + b"\n"


def lines(transaction: Transaction, list_id: Any, reading: Reading) -> Iterator[bytes]:
    """Yields every value as COPY's text format has it: its line, its spelling, and what is read, NULL if malformed."""
    for part in transaction.stream(
        "value_lists.lines", id=list_id, normalization=reading.normalization, kind=reading.kind
    ):
        yield part["lines"].encode() + b"\n"


def literal(transaction: Transaction, list_id: Any, reading: Reading, limit: int | None = None) -> str:
    """Returns what can be read, or some of it, as one array literal."""
    if limit is None:
        text = b"".join(keys(transaction, list_id, reading)).decode().removesuffix("\n")
        if "\\" not in text:  # nothing is escaped, so that line ends stand between values and nowhere else
            joined = text.replace('"', '\\"').replace("\n", '","')
            return f'{{"{joined}"}}' if text else "{}"
    found = transaction.find(
        "value_lists.literal", id=list_id, normalization=reading.normalization, kind=reading.kind, limit=limit
    )
    return str(found["literal"]) if found else "{}"


def literals(transaction: Transaction, list_id: Any, reading: Reading) -> Record:
    """Returns lines, spellings and what can be read (NULL if malformed) as three array literals."""
    found = transaction.find("value_lists.literals", id=list_id, normalization=reading.normalization, kind=reading.kind)
    assert found is not None
    return found
