"""A file becomes values with their line numbers: read a block at a time, whatever its size, and counted on the way.

What stands in the way (a line that never ends, a quote that nobody closes) is a fault with its line.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any

from guichet import errors
from guichet.messages import say
from guichet.value_lists import csv_layout, encodings, trimming
from guichet.value_lists.csv_layout import CsvLayout

BLOCK = 1 << 18
LINE_CHARACTERS = 1_000_000
MOST_COLUMNS = 500
# Rows of many cells are held so many at a time.
ROWS_AT_ONCE = 2000
PART_VALUES = 10_000
# A list may repeat itself, but not for ever.
MOST_REPETITIONS = 10
# Values with one of these may be lines that are drawn.
RULERS = (b"---", b"===", b"___", b"***", b"~~~")


@dataclass(frozen=True)
class ListBounds:
    """How many different values a list may have, and how many characters one of them."""

    values: int
    text: int


@dataclass(frozen=True)
class ListPart:
    """Some of a list's values, in the order of the file.

    :param lines: of each; a range where each stands on the line after the one before it.
    :param is_doubtful: whether values of other parts may be among them; they are in no order then.
    """

    values: Sequence[str]
    lines: Sequence[int]
    is_doubtful: bool = False

    @cached_property
    def text(self) -> bytes:
        """The values, joined by line feeds, whatever is in them."""
        return "\n".join(self.values).encode("utf-8", "surrogatepass")


@dataclass
class ListTally:
    """What was counted while a file was read."""

    bounds: ListBounds
    rows: int = 0
    blanks: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    @property
    def hash(self) -> str:
        return str(self._hash.hexdigest())

    def add(self, part: ListPart) -> None:
        """Count a part, and refuses what is too much.

        :raises ListTooLargeError: if the list repeats itself for too long.
        :raises FileFaultError: if a value is too long.
        """
        if max(map(len, part.values)) > self.bounds.text:
            index = next(place for place, value in enumerate(part.values) if len(value) > self.bounds.text)
            too_long = say("A value is longer than {most} characters.", most=self.bounds.text)
            raise errors.FileFaultError(too_long, part.lines[index])
        self._hash.update(part.text + b"\n")
        if self.rows > self.bounds.values * MOST_REPETITIONS:
            raise errors.ListTooLargeError(say("The list has more than {most} values.", most=self.bounds.values))


def read_sample(file: IO[bytes], encoding: str) -> str:
    """Read the beginning of a file, up to the end of a line.

    :raises FileFaultError: if it is not in this encoding, or a line is too long.
    """
    with closing(_read_blocks(file, encoding)) as blocks:
        return next(blocks, "")


def read_parts(
    file: IO[bytes], encoding: str, laid_out: CsvLayout, column: int, tally: ListTally, kind: str = ""
) -> Iterator[ListPart]:
    """Yield the values of one column, trimmed, without blank ones; count all of them in `tally`.

    :param kind: what they are, as `Wish` has it: of addresses several may stand in a cell, with names.

    :raises FileFaultError: if the file can't be read so, with the line.
    :raises ListTooLargeError: if it repeats itself for too long.
    """
    plain = laid_out.delimiter is None and laid_out.quote is None
    with closing(_read_blocks(file, encoding)) as blocks:
        parts = _read_plain_lines(blocks, laid_out, tally) if plain else _read_cells(blocks, laid_out, column, tally)
        for part in _gather_parts(_respell_parts(parts, kind, tally) if kind else parts):
            tally.add(part)
            yield part


def _read_blocks(file: IO[bytes], encoding: str) -> Generator[str, None, None]:
    """Yield text that ends where a line does."""
    file.seek(0)
    text = io.TextIOWrapper(file, encodings.ENCODINGS[encoding], encodings.get_error_handler(encoding), newline="")
    line, rest = 1, ""
    try:
        while block := text.read(BLOCK):
            if "\0" in block or "\uffff" in block:
                raise errors.FileFaultError("This is no text: it has NUL characters in it.", line)
            if "\ufeff" in block:  # of files that were put together, or marked twice
                block = block.replace("\ufeff", "")
            block = rest + block
            # The last character may be the first half of a line's end.
            cut = max(block.rfind("\n"), block.rfind("\r", 0, len(block) - 1)) + 1
            whole, rest = block[:cut], block[cut:]
            if whole:
                yield whole
                line += whole.count("\n")
            if len(rest) > LINE_CHARACTERS:
                raise errors.FileFaultError(say("A line is longer than {most} characters.", most=LINE_CHARACTERS), line)
        if rest:
            yield rest
    except UnicodeError as error:
        raise errors.FileFaultError(say("This is not text in {encoding}.", encoding=encoding), line) from error
    finally:
        text.detach()


def _read_plain_lines(blocks: Iterator[str], laid_out: CsvLayout, tally: ListTally) -> Iterator[ListPart]:
    """Read lines of one value each, without looking at them one by one."""
    line, headers = 1, int(laid_out.header)
    for block in blocks:
        if "\r" in block:
            block = block.replace("\r\n", "\n").replace("\r", "\n")
        lines = block.removesuffix("\n").split("\n")
        skipped = min(max(0, laid_out.above + 1 - line), len(lines))
        if headers:
            heading = next((index for index in range(skipped, len(lines)) if lines[index].strip()), None)
            skipped = len(lines) if heading is None else heading + 1
            headers -= heading is not None
        yield _build_part(lines[skipped:], range(line + skipped, line + len(lines)), tally)
        line += len(lines)


def _read_cells(blocks: Iterator[str], laid_out: CsvLayout, column: int, tally: ListTally) -> Iterator[ListPart]:
    """Read the cells of one column; a row that is too short has a blank one."""
    lines_of_rows = itertools.islice(_split_lines(blocks, laid_out.delimiter), laid_out.above, None)
    reader = csv.reader(csv_layout.straighten_quotes(lines_of_rows, laid_out), **csv_layout.get_csv_dialect(laid_out))
    header, above = laid_out.header, laid_out.above
    while True:
        before = above + reader.line_num
        try:
            if header:
                header = not any(map(str.strip, next(reader, ["-"])))
                continue
            cells: list[str] = []
            lines: list[int] = []
            for row in itertools.islice(reader, ROWS_AT_ONCE):
                cells.append(row[column] if column < len(row) else "")
                lines.append(above + reader.line_num)
        except csv.Error as error:
            raise errors.FileFaultError(
                _describe_quoting_error(str(error)), max(before + 1, above + reader.line_num)
            ) from error
        if not cells:
            return
        one_each = above + reader.line_num - before == len(cells)
        # A row ends on the line that the reader has read last, and begins after the row before it.
        began = (
            range(before + 1, before + 1 + len(cells)) if one_each else [before + 1, *(end + 1 for end in lines[:-1])]
        )
        yield _build_part(cells, began, tally)


def _describe_quoting_error(message: str) -> str:
    if "field larger" in message or "unexpected end" in message:
        return "A quotation mark is opened and never closed."
    if "expected after" in message:
        return "Something stands between a closing quotation mark and the next column."
    return "This line can't be read as CSV."


def _split_lines(blocks: Iterator[str], delimiter: str | None) -> Iterator[str]:
    # StringIO ends lines as the csv module wants them: at \n, \r and \r\n, and nowhere else.
    number = 0
    for block in blocks:
        for line in io.StringIO(block, newline=""):
            number += 1
            if delimiter and line.count(delimiter) > MOST_COLUMNS:
                raise errors.FileFaultError(say("There are more than {most} columns.", most=MOST_COLUMNS), number)
            yield line


def _build_part(cells: Sequence[str], lines: Sequence[int], tally: ListTally) -> ListPart:
    values = trimming.trim_all(cells)
    part = ListPart(values, lines)
    if any(mark[:1] in part.text and mark in part.text for mark in RULERS):
        values = ["" if csv_layout.is_ruler(value) else value for value in values]
        part = ListPart(values, lines)
    tally.rows += len(values)
    blanks = values.count("")
    if not blanks:
        return part
    tally.blanks += blanks
    pairs = [(value, line) for value, line in zip(values, lines, strict=True) if value]
    return ListPart([value for value, _ in pairs], [line for _, line in pairs])


def _respell_parts(parts: Iterator[ListPart], kind: str, tally: ListTally) -> Iterator[ListPart]:
    """Write values as their kind is written, and take cells apart that have several addresses."""
    for part in parts:
        apart = trimming.respell_all(part.values, part.text, kind)
        if apart is None:
            yield part
            continue
        pairs = [(value, line) for each, line in zip(apart, part.lines, strict=True) for value in each]
        tally.rows += len(pairs) - len(part.values)
        yield ListPart([value for value, _ in pairs], [line for _, line in pairs])


def _gather_parts(parts: Iterator[ListPart]) -> Iterator[ListPart]:
    """Put small parts together."""
    values: list[str] = []
    lines: list[int] = []
    for part in parts:
        if not values and len(part.values) >= PART_VALUES:
            yield part
            continue
        values.extend(part.values)
        lines.extend(part.lines)
        if len(values) >= PART_VALUES:
            yield ListPart(values, lines)
            values, lines = [], []
    if values:
        yield ListPart(values, lines)
