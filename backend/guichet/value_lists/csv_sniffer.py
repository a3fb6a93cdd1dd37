"""How a text is laid out: its delimiter, its quotes, and where its rows begin.

Pure: a sample in, a `CsvLayout` out. The sample is the beginning of the file, cut at the end of a line.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from guichet.value_lists import trimming
from guichet.value_lists.cell_patterns import PATTERNS, TELLING, find_pattern
from guichet.value_lists.csv_header import MOST_ABOVE, find_head, has_header
from guichet.value_lists.csv_layout import (
    LOOKED_AT,
    PADDED,
    QUOTES,
    WIDE_QUOTES,
    CsvLayout,
    Row,
    is_wholly_readable,
    read_numbered_rows,
    read_rows,
    read_whole_rows,
    split_lines,
)

DELIMITERS = (",", ";", "\t", "|", "^", "~", "│")
# Taken only where a column becomes addresses or the like by them: they stand within values too often.
RARE_DELIMITERS = (" ", ":")

SEPARATOR_LINE = re.compile(r"""\ufeff*"?sep=(?P<delimiter>[,;|: ]|\t|\\t)"?\s*""", re.I)
# Of a number, and of nothing else.
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
COMMENT = re.compile(r"\s*(?:#|//|--(?!-)|%|REM\b|\*\s)", re.I)


def find_layout(sample: str) -> CsvLayout:
    """Find the delimiter and the quotes of a sample, which of its lines is a header, and where its rows begin."""
    lines = _split_first_lines(sample)
    named = SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    if named:
        delimiter = named["delimiter"].replace("\\t", "\t")
        return _find_header_below(lines, 1, _build_layout_by_delimiter("".join(lines[1:]), delimiter))
    above = _count_comment_lines(lines)
    return _find_header_below(lines, above, _find_delimiter_and_quotes("".join(lines[above:])))


def build_layout_for_delimiter(sample: str, delimiter: str | None) -> CsvLayout:
    """Lay a sample out by a delimiter that a user chose; the rest is found."""
    lines = _split_first_lines(sample)
    above = 1 if lines and SEPARATOR_LINE.fullmatch(lines[0]) else _count_comment_lines(lines)
    return _find_header_below(lines, above, _build_layout_by_delimiter("".join(lines[above:]), delimiter))


def find_header(sample: str, layout: CsvLayout) -> CsvLayout:
    """Find the header of a sample whose delimiter and quotes are known."""
    return _find_header_below(_split_first_lines(sample), 0, layout)


def set_header_line(layout: CsvLayout, line: int | None) -> CsvLayout:
    """Take a line, counted from 1, as the header; with None there is none, and rows begin at the first line."""
    return replace(layout, header=line is not None, above=(line or 1) - 1)


def _split_first_lines(sample: str) -> list[str]:
    return list(itertools.islice(split_lines(sample), LOOKED_AT))


def _count_comment_lines(lines: Sequence[str]) -> int:
    """Count the lines of comments, and blank ones among them, that a text begins with."""
    marked = [bool(COMMENT.match(line)) for line in lines]
    if not any(marked) or sum(marked) * 2 > sum(bool(line.strip()) for line in lines):
        return 0
    first = next((index for index, line in enumerate(lines) if line.strip() and not marked[index]), 0)
    return first if any(marked[:first]) else 0


def _find_header_below(lines: Sequence[str], above: int, layout: CsvLayout) -> CsvLayout:
    """Find the header of a sample that is laid out, below `above` lines that are left out anyway."""
    rows = read_numbered_rows("".join(lines), replace(layout, above=above))
    width = max((len(row) for _, row in rows), default=0)
    if above and width > 1:  # the last of the comments may name the columns
        commented = read_numbered_rows("".join(lines), replace(layout, above=above - 1))
        if len(commented) > len(rows) and len(commented[0][1]) == width and all(map(_is_word, commented[0][1])):
            return replace(layout, header=True, above=above - 1)
    head, header = find_head(rows)
    before = rows[head][0] - 1 if rows else 0
    is_told = header and any(line.strip() for line in lines[above:before])
    return replace(layout, header=header, above=before if head or is_told else above)


def _is_word(cell: str) -> bool:
    return bool(cell) and not any(PATTERNS[kind].fullmatch(cell) for kind in TELLING)


def _find_delimiter_and_quotes(sample: str) -> CsvLayout:
    """Find the delimiter and the quotes of a sample."""
    if nothing_but := next(
        (delimiter for delimiter in DELIMITERS if delimiter in sample and not sample.strip(f"{delimiter} \r\n")), None
    ):
        return CsvLayout(nothing_but, '"')
    if _is_correspondence(sample):
        return CsvLayout(None, None)
    candidates = [CsvLayout(delimiter, quote) for delimiter in DELIMITERS for quote in _list_quotes(sample)]
    best = max(candidates, key=lambda layout: _score_layout(sample, layout))
    if _score_layout(sample, best) > 0:
        return best
    below = max(candidates, key=lambda layout: _score_below(sample, layout))
    if _score_below(sample, below) > 0:
        return below
    return _find_rare_delimiter(sample) or _build_one_column_layout(sample)


def _list_quotes(sample: str) -> Sequence[str | None]:
    """List the quotes that a sample may have."""
    quotes: list[str | None] = [*QUOTES, None]
    if re.search(r"""(?m)"[ \t]+(?:[,;|\t]|\r?$)|[,;|\t][ \t]+"|^[ \t]+\"""", sample):
        quotes.append(PADDED)
    if re.search(r"(?m)^\s*[“„«»]", sample):
        quotes.append(WIDE_QUOTES)
    return quotes


def _build_layout_by_delimiter(sample: str, delimiter: str | None) -> CsvLayout:
    if delimiter is None:
        return _build_one_column_layout(sample)
    quotes = [quote for quote in _list_quotes(sample) if quote]
    readable = [
        CsvLayout(delimiter, quote) for quote in quotes if is_wholly_readable(sample, CsvLayout(delimiter, quote))
    ]
    return max(readable, key=lambda layout: _score_layout(sample, layout), default=CsvLayout(delimiter, None))


def _is_correspondence(sample: str) -> bool:
    """Whether a sample is what mail programs copy: several addresses in a line, and nothing else than their names."""
    lines = [line.strip() for line in sample.splitlines() if line.strip()]
    with_address = [line for line in lines if "@" in line]
    others = [line for line in lines if "@" not in line]
    if not with_address or len(others) > 1 or any(re.search(r"[,;|\t]", line) for line in others):
        return False
    addresses = [trimming.split_addresses(trimming.trim(line)) for line in with_address]
    if any("@" not in address for line in addresses for address in line):
        return False
    angled = sum("<" in line for line in with_address)
    counts = {len(line) for line in addresses}
    if angled >= 0.8 * len(with_address):
        return True
    return max(counts) > 1 and (len(counts) > 1 or len(with_address) < 3)


def _score_layout(sample: str, layout: CsvLayout) -> float:
    """How well a layout explains a sample: most lines with the same number of cells, and quotes that enclose."""
    rows = read_whole_rows(sample, layout)
    if not rows or not is_wholly_readable(sample, layout):
        return 0.0
    widths = [len(row) for row in rows]
    width = max(set(widths), key=widths.count)
    if width < 2:
        return 0.0
    regular = sum(cells == width for cells in widths) / len(widths)
    # A comma within some values is no delimiter: those lines are fewer, or differ. Below a full row, some may be short.
    least = 0.6 if widths[0] == width == max(widths) else 0.9
    if regular < least and len(widths) > 2:
        return 0.0
    left = sum(_is_enclosed(cell) for row in rows for cell in row)
    quoted = 0.2 if layout.quote and f"{layout.quote}{layout.delimiter}" in sample else 0.0
    decimals = _looks_like_decimals(sample, rows) if layout.delimiter == "," else 0
    return regular + min(width, 5) * 0.02 + quoted - left / sum(widths) - decimals


def _is_enclosed(cell: str) -> bool:
    """Whether a cell still has quotes around it."""
    return len(cell) > 1 and (
        (cell[0] in QUOTES and cell[-1] == cell[0]) or cell[0] + cell[-1] in ("“”", "„“", "«»", "»«")
    )


def _score_below(sample: str, layout: CsvLayout) -> float:
    """How well a layout explains what stands below the first rows, if a header stands there."""
    rows = read_whole_rows(sample, layout)
    if not is_wholly_readable(sample, layout):
        return 0.0
    widths = [len(row) for row in rows]
    last = widths[len(widths) // 2 :]
    width = max(set(last), key=last.count, default=0)
    if width < 2:
        return 0.0
    # The last rows may be totals.
    first = next((index for index in range(len(widths)) if _is_regular(widths[index:], width)), len(widths))
    # Above the header there may be as many cells by chance.
    tables = (rows[index:] for index in range(first, min(first + 4, len(rows) - 1)) if widths[index] == width)
    if first > MOST_ABOVE or not any(has_header(below) or _is_table(below) for below in tables):
        return 0.0
    return (len(rows) - first) * (1 + min(width, 5) * 0.02 + (0.2 if layout.quote else 0.0))


def _is_table(rows: Sequence[Row]) -> bool:
    """Whether rows are of words throughout, three columns of them at least, below different headings."""
    first, width = rows[0], len(rows[0])
    is_whole = all(first) and len(set(first)) == width and not any(map(str.isdigit, "".join(first)))
    return width >= 3 and len(rows) > 3 and is_whole and all(len(row) == width for row in rows)


def _is_regular(widths: Sequence[int], width: int) -> bool:
    return widths[0] == width and sum(cells == width for cells in widths) >= 0.75 * len(widths)


def _find_rare_delimiter(sample: str) -> CsvLayout | None:
    """Find a delimiter that stands within values too often to be looked for: it must part off a column that tells."""
    whole = [row[0] for row in read_rows(sample, CsvLayout(None, None))[1:]]
    if find_pattern(whole) not in ("", "code", "web", "email"):
        return None
    for delimiter in RARE_DELIMITERS:
        layout = CsvLayout(delimiter, '"')
        rows = read_rows(sample, layout)
        widths = {len(row) for row in rows}
        if len(widths) != 1 or widths == {1} or len(rows) < 3 or not is_wholly_readable(sample, layout):
            continue
        if any(find_pattern([row[index] for row in rows[1:]]) in ("email", "uuid") for index in range(*widths)):
            return layout
    return None


def _looks_like_decimals(sample: str, rows: Sequence[Row]) -> float:
    """Whether commas cut numbers in two (1,50): each line is one, or another delimiter stands in nearly all lines."""
    lines = [line for line in sample.splitlines() if line.strip()]
    others = max(sum(other in line for line in lines) for other in DELIMITERS if other != ",")
    if others >= 0.8 * len(lines) and len(DECIMAL_COMMA.findall(sample)) == sample.count(","):
        return 2.0
    pairs = [row for row in rows if len(row) == 2]
    cut = [row for row in pairs if re.fullmatch(r"[+-]?\d+", row[0]) and re.fullmatch(r"\d{2}", row[1])]
    return 2.0 if len(cut) >= max(1, len(rows) - 1) else 0.0


def _build_one_column_layout(sample: str) -> CsvLayout:
    """Lines of one value: enclosed by quotes if most of them are and all can be read so."""
    rows = read_rows(sample, CsvLayout(None, None))
    for quote in _list_quotes(sample):
        layout = CsvLayout(None, quote)
        if quote is None:
            continue
        marks = "“”„«»" if quote == WIDE_QUOTES else quote.strip()
        enclosed = [row for row in rows if len(row[0]) > 1 and row[0][0] in marks and row[0][-1] in marks]
        if enclosed and (marks == '"' or len(enclosed) * 2 > len(rows)) and is_wholly_readable(sample, layout):
            return layout
    return CsvLayout(None, None)
