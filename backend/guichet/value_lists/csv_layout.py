"""How a text is laid out, once that is known, and the rows that it has so."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from guichet.value_lists import trimming

QUOTES = ('"', "'")
# Quotation marks of texts, all read as `"`: what an office program makes of it.
WIDE_QUOTES = "“"
_STRAIGHT = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
# A quote with a blank: blanks may stand between it and a delimiter.
PADDED = '" '
# So many lines tell as much as all of them.
LOOKED_AT = 500

Row = Sequence[str]
NumberedRow = tuple[int, list[str]]

# Lines that are drawn: of a table as text, or below a heading.
RULER = re.compile(r"(?=.*(?:[-=_+*~:─━═]\s*[|+]?\s*){3})[-=_+*~:|\s\u2500-\u257f]+")


@dataclass(frozen=True)
class CsvLayout:
    """How the lines of a file become cells.

    :param delimiter: None where each line is one cell.
    :param quote: None where nothing encloses a cell; else one of `QUOTES`, `WIDE_QUOTES` or `PADDED`.
    :param above: how many lines stand above the header, or above the first row, and are left out.
    """

    delimiter: str | None
    quote: str | None
    header: bool = False
    above: int = 0


def read_rows(sample: str, layout: CsvLayout) -> list[list[str]]:
    """Read the rows of a sample, without blank ones; stop at what can't be read."""
    return [row for _, row in read_numbered_rows(sample, layout)]


def read_numbered_rows(sample: str, layout: CsvLayout) -> list[NumberedRow]:
    """Read the rows of a sample with the lines that they begin on, counted from 1; neither blank ones nor rulers."""
    rows: list[NumberedRow] = []
    lines = itertools.islice(split_lines(sample), layout.above, None)
    reader = csv.reader(straighten_quotes(lines, layout), **get_csv_dialect(layout))
    began = layout.above + 1
    try:
        for row in reader:
            cells = trimming.trim_all(row)
            while len(cells) > 1 and not cells[-1]:
                cells.pop()
            if any(cells) and not is_ruler("".join(row)):
                rows.append((began, cells))
            began = layout.above + reader.line_num + 1
            if len(rows) >= LOOKED_AT:
                break
    except csv.Error:
        pass
    return rows


def is_ruler(text: str) -> bool:
    """Whether a line is drawn, and says nothing."""
    return bool(RULER.fullmatch(text))


def get_csv_dialect(layout: CsvLayout) -> dict[str, Any]:
    """Return the layout in the words of the csv module."""
    # A delimiter that no text has (a noncharacter) leaves each line whole.
    delimiter = layout.delimiter or "\uffff"
    if layout.quote is None:
        return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE, "quotechar": None}
    quote = '"' if layout.quote in (PADDED, WIDE_QUOTES) else layout.quote
    # Columns that are parted by blanks may be aligned by several.
    padded = layout.quote == PADDED or delimiter == " "
    return {"delimiter": delimiter, "quotechar": quote, "strict": True, "skipinitialspace": padded}


def straighten_quotes(lines: Iterable[str], layout: CsvLayout) -> Iterable[str]:
    """Write lines as the csv module takes them: with straight quotes, and no blanks behind them."""
    if layout.quote == WIDE_QUOTES:
        return (line.translate(_STRAIGHT) for line in lines)
    if layout.quote == PADDED:
        behind = re.compile(rf'"[ \t\u00a0]+(?={re.escape(layout.delimiter or chr(0xFFFF))}|[\r\n]*$)')
        return (behind.sub('"', line) for line in lines)
    return lines


def split_lines(sample: str) -> Iterator[str]:
    """Split a text where the csv module ends lines: at \\n, \\r and \\r\\n, and nowhere else."""
    return io.StringIO(sample, newline="")


def read_whole_rows(sample: str, layout: CsvLayout) -> list[list[str]]:
    """Read rows with the blank cells at their ends."""
    rows = []
    try:
        for row in csv.reader(straighten_quotes(split_lines(sample), layout), **get_csv_dialect(layout)):
            if any(cell.strip() for cell in row) and not is_ruler("".join(row)):
                rows.append([cell.strip() for cell in row])
    except csv.Error:
        pass
    return rows


def is_wholly_readable(sample: str, layout: CsvLayout) -> bool:
    """Tell whether a sample has no line that can't be read so."""
    try:
        for _ in csv.reader(straighten_quotes(split_lines(sample), layout), **get_csv_dialect(layout)):
            pass
    except csv.Error as error:
        # A sample may end in the middle of a cell.
        return "unexpected end" in str(error) and sample.count("\n") >= LOOKED_AT - 1
    return True
