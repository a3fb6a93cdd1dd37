"""How a text is laid out: its delimiter, its quotes, which line is its header, which column is wanted.

Pure: a sample in, a `Layout` out. The sample is the beginning of the file, cut at the end of a line.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from guichet.value_lists import trimming

DELIMITERS = (",", ";", "\t", "|")
# Taken only where a column becomes addresses or the like by them: they stand within values too often.
RARE_DELIMITERS = (" ", ":")
QUOTES = ('"', "'")
# Quotation marks of texts, all read as `"`: what an office program makes of it.
WIDE_QUOTES = "“"
_STRAIGHT = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
# A quote with a blank: blanks may stand between it and a delimiter.
PADDED = '" '
SAMPLE_ROWS = 8
# So many lines tell as much as all of them.
LOOKED_AT = 500
# The header is looked for among so many rows.
MOST_ABOVE = 60

Row = Sequence[str]
NumberedRow = tuple[int, list[str]]

PATTERNS: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"),
    "uuid": re.compile(r"\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?"),
    "date": re.compile(r"\d{4}-\d\d-\d\d([ T].*)?|\d\d?[./]\d\d?[./](?:\d{4}|\d\d)"),
    "integer": re.compile(r"[+-]?\d+"),
    "number": re.compile(r"[+-]?\d*[.,]?\d+|[+-]?\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?:[ \u00a0]?[€$£%])?"),
    "web": re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-zA-Z]{2,}(?:/\S*)?"),
    "code": re.compile(r"(?=.*\d)[\w .+/-]+"),
}
# What a column of such values has is nothing else by chance.
TELLING = ("email", "uuid", "date", "integer", "number")

SEPARATOR_LINE = re.compile(r"""\ufeff*"?sep=(?P<delimiter>[,;|: ]|\t|\\t)"?\s*""", re.I)
COMMENT = re.compile(r"\s*(?:#|//|--(?!-)|%|REM\b|\*\s)", re.I)
# Lines that are drawn: of a table as text, or below a heading.
RULER = re.compile(r"(?=.*(?:[-=_+*~:]\s*[|+]?\s*){3})[-=_+*~:|\s]+")


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


@dataclass(frozen=True)
class ColumnWish:
    """What a list is for, so that the fitting column is proposed.

    :param names: words that may head the column: of the criterion, its label, its SQL.
    :param kind: a key of `PATTERNS` that its values should look like; "" for any.
    """

    names: tuple[str, ...] = ()
    kind: str = ""


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
    return list(itertools.islice(_split_lines(sample), LOOKED_AT))


def _count_comment_lines(lines: Sequence[str]) -> int:
    """Count the lines of comments, and blank ones among them, that a text begins with."""
    marked = [bool(COMMENT.match(line)) for line in lines]
    if not any(marked) or sum(marked) * 2 > sum(bool(line.strip()) for line in lines):
        return 0
    first = next((at for at, line in enumerate(lines) if line.strip() and not marked[at]), 0)
    return first if any(marked[:first]) else 0


def _find_header_below(lines: Sequence[str], above: int, layout: CsvLayout) -> CsvLayout:
    """Find the header of a sample that is laid out, below `above` lines that are left out anyway."""
    found = read_numbered_rows("".join(lines), replace(layout, above=above))
    width = max((len(row) for _, row in found), default=0)
    if above and width > 1:  # the last of the comments may name the columns
        commented = read_numbered_rows("".join(lines), replace(layout, above=above - 1))
        if len(commented) > len(found) and len(commented[0][1]) == width and all(map(_is_word, commented[0][1])):
            return replace(layout, header=True, above=above - 1)
    at, header = _find_head(found)
    before = found[at][0] - 1 if found else 0
    is_told = header and any(line.strip() for line in lines[above:before])
    return replace(layout, header=header, above=before if at or is_told else above)


def _is_word(cell: str) -> bool:
    return bool(cell) and not any(PATTERNS[kind].fullmatch(cell) for kind in TELLING)


def _find_delimiter_and_quotes(sample: str) -> CsvLayout:
    """Find the delimiter and the quotes of a sample."""
    if nothing_but := next((one for one in DELIMITERS if one in sample and not sample.strip(f"{one} \r\n")), None):
        return CsvLayout(nothing_but, '"')
    if _is_correspondence(sample):
        return CsvLayout(None, None)
    candidates = [CsvLayout(delimiter, quote) for delimiter in DELIMITERS for quote in _list_quotes(sample)]
    best = max(candidates, key=lambda one: _score_layout(sample, one))
    if _score_layout(sample, best) > 0:
        return best
    below = max(candidates, key=lambda one: _score_below(sample, one))
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
        CsvLayout(delimiter, quote) for quote in quotes if _is_wholly_readable(sample, CsvLayout(delimiter, quote))
    ]
    return max(readable, key=lambda one: _score_layout(sample, one), default=CsvLayout(delimiter, None))


def _is_correspondence(sample: str) -> bool:
    """Whether a sample is what mail programs copy: several addresses in a line, and nothing else than their names."""
    lines = [line.strip() for line in sample.splitlines() if line.strip()]
    with_address = [line for line in lines if "@" in line]
    others = [line for line in lines if "@" not in line]
    if not with_address or len(others) > 1 or any(re.search(r"[,;|\t]", line) for line in others):
        return False
    found = [trimming.split_addresses(trimming.trim(line)) for line in with_address]
    if any("@" not in one for line in found for one in line):
        return False
    angled = sum("<" in line for line in with_address)
    counts = {len(line) for line in found}
    if angled >= 0.8 * len(with_address):
        return True
    return max(counts) > 1 and (len(counts) > 1 or len(with_address) < 3)


def read_rows(sample: str, layout: CsvLayout) -> list[list[str]]:
    """Read the rows of a sample, without blank ones; stop at what can't be read."""
    return [row for _, row in read_numbered_rows(sample, layout)]


def read_numbered_rows(sample: str, layout: CsvLayout) -> list[NumberedRow]:
    """Read the rows of a sample with the lines that they begin on, counted from 1; neither blank ones nor rulers."""
    found: list[NumberedRow] = []
    lines = itertools.islice(_split_lines(sample), layout.above, None)
    reader = csv.reader(straighten_quotes(lines, layout), **get_csv_dialect(layout))
    began = layout.above + 1
    try:
        for row in reader:
            cells = trimming.trim_all(row)
            while len(cells) > 1 and not cells[-1]:
                cells.pop()
            if any(cells) and not is_ruler("".join(row)):
                found.append((began, cells))
            began = layout.above + reader.line_num + 1
            if len(found) >= LOOKED_AT:
                break
    except csv.Error:
        pass
    return found


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
    padded = layout.quote == PADDED and delimiter != " "
    return {"delimiter": delimiter, "quotechar": quote, "strict": True, "skipinitialspace": padded}


def straighten_quotes(lines: Iterable[str], layout: CsvLayout) -> Iterable[str]:
    """Write lines as the csv module takes them: with straight quotes, and no blanks behind them."""
    if layout.quote == WIDE_QUOTES:
        return (line.translate(_STRAIGHT) for line in lines)
    if layout.quote == PADDED:
        behind = re.compile(rf'"[ \t\u00a0]+(?={re.escape(layout.delimiter or chr(0xFFFF))}|[\r\n]*$)')
        return (behind.sub('"', line) for line in lines)
    return lines


def _split_lines(sample: str) -> Iterator[str]:
    return io.StringIO(sample, newline="")


def _score_layout(sample: str, layout: CsvLayout) -> float:
    """How well a layout explains a sample: most lines with the same number of cells, and quotes that enclose."""
    found = _read_whole_rows(sample, layout)
    if not found or not _is_wholly_readable(sample, layout):
        return 0.0
    widths = [len(row) for row in found]
    width = max(set(widths), key=widths.count)
    if width < 2:
        return 0.0
    regular = sum(one == width for one in widths) / len(widths)
    # A comma within some values is no delimiter: those lines are fewer, or differ. Below a full row, some may be short.
    least = 0.6 if widths[0] == width == max(widths) else 0.9
    if regular < least and len(widths) > 2:
        return 0.0
    left = sum(_is_enclosed(cell) for row in found for cell in row)
    quoted = 0.2 if layout.quote and f"{layout.quote}{layout.delimiter}" in sample else 0.0
    decimals = _looks_like_decimals(found) if layout.delimiter == "," else 0
    return regular + min(width, 5) * 0.02 + quoted - left / sum(widths) - decimals


def _is_enclosed(cell: str) -> bool:
    """Whether a cell still has quotes around it."""
    return len(cell) > 1 and (
        (cell[0] in QUOTES and cell[-1] == cell[0]) or cell[0] + cell[-1] in ("“”", "„“", "«»", "»«")
    )


def _read_whole_rows(sample: str, layout: CsvLayout) -> list[list[str]]:
    """Read rows with the blank cells at their ends."""
    found = []
    try:
        for row in csv.reader(straighten_quotes(_split_lines(sample), layout), **get_csv_dialect(layout)):
            if any(cell.strip() for cell in row) and not is_ruler("".join(row)):
                found.append([cell.strip() for cell in row])
    except csv.Error:
        pass
    return found


def _score_below(sample: str, layout: CsvLayout) -> float:
    """How well a layout explains what stands below the first rows, if a header stands there."""
    found = _read_whole_rows(sample, layout)
    if not _is_wholly_readable(sample, layout):
        return 0.0
    widths = [len(row) for row in found]
    last = widths[len(widths) // 2 :]
    width = max(set(last), key=last.count, default=0)
    if width < 2:
        return 0.0
    # The last rows may be totals.
    first = next((at for at in range(len(widths)) if _is_regular(widths[at:], width)), len(widths))
    # Above the header there may be as many cells by chance.
    tables = (found[at:] for at in range(first, min(first + 4, len(found) - 1)) if widths[at] == width)
    if first > MOST_ABOVE or not any(has_header(below) or _is_table(below) for below in tables):
        return 0.0
    return (len(found) - first) * (1 + min(width, 5) * 0.02 + (0.2 if layout.quote else 0.0))


def _is_table(found: Sequence[Row]) -> bool:
    """Whether rows are of words throughout, three columns of them at least, below different headings."""
    first, width = found[0], len(found[0])
    is_whole = all(first) and len(set(first)) == width and not any(map(str.isdigit, "".join(first)))
    return width >= 3 and len(found) > 3 and is_whole and all(len(row) == width for row in found)


def _is_regular(widths: Sequence[int], width: int) -> bool:
    return widths[0] == width and sum(one == width for one in widths) >= 0.75 * len(widths)


def _find_rare_delimiter(sample: str) -> CsvLayout | None:
    """Find a delimiter that stands within values too often to be looked for: it must part off a column that tells."""
    whole = [row[0] for row in read_rows(sample, CsvLayout(None, None))[1:]]
    if _find_pattern(whole) not in ("", "code", "web", "email"):
        return None
    for delimiter in RARE_DELIMITERS:
        layout = CsvLayout(delimiter, '"')
        found = read_rows(sample, layout)
        widths = {len(row) for row in found}
        if len(widths) != 1 or widths == {1} or len(found) < 3 or not _is_wholly_readable(sample, layout):
            continue
        if any(_find_pattern([row[at] for row in found[1:]]) in ("email", "uuid") for at in range(*widths)):
            return layout
    return None


def _find_head(found: Sequence[NumberedRow]) -> tuple[int, bool]:
    """Find the first row that counts, and whether it is a header. Rows above are left out, so they must be unlike."""
    cells = [row for _, row in found]
    first, telling = _find_first_alike(cells)
    if first > 1:
        at = _find_header_above(found, first)
        if at is not None:
            return at, True
    if not telling and (at := _find_first_full_row(found)):
        return at, True
    return 0, has_header(cells)


def _find_first_alike(cells: Sequence[Row]) -> tuple[int, bool]:
    """Find the first row whose cells look as most below it do, and whether any column tells so."""
    body = cells[len(cells) // 2 :]
    width = max(map(len, cells), default=0)
    kinds = {
        at: kind for at in range(width) if (kind := _find_telling_kind([row[at] for row in body if at < len(row)]))
    }
    usual = sorted(_count_filled(row) for row in body)[len(body) // 2] if body else 0
    for at, row in enumerate(cells[: MOST_ABOVE + 1]):
        alike = [kind for column, kind in kinds.items() if column < len(row) and PATTERNS[kind].fullmatch(row[column])]
        given = [column for column in kinds if column < len(row) and row[column]]
        if not alike or len(alike) * 2 < len(given):
            continue
        if "email" in alike or "uuid" in alike or _count_filled(row) * 2 >= usual:
            return at, True
    return 0, bool(kinds)


def _find_telling_kind(cells: Sequence[str]) -> str:
    filled = [cell for cell in cells if cell]
    for kind in TELLING:
        if len(filled) > 1 and sum(bool(PATTERNS[kind].fullmatch(cell)) for cell in filled) >= 0.6 * len(filled):
            return kind
    return ""


def _find_header_above(found: Sequence[NumberedRow], first: int) -> int | None:
    """Find the header above the first row of data; None where what stands above may be data too."""
    cells = [row for _, row in found]
    width = max(map(_count_filled, cells[first:]))
    # Units, or nothing but a remark, may stand between.
    at = max(range(max(0, first - 3), first), key=lambda one: (_count_filled(cells[one]), one))
    if any(_find_pattern([cell]) not in ("", "code") for cell in cells[at] if cell) or at == 0:
        return None
    if width >= 3:
        is_apart = all(_count_filled(row) * 3 < _count_filled(cells[at]) * 2 or len(row) < width for row in cells[:at])
        return at if is_apart and _count_filled(cells[at]) * 2 > width else None
    is_gap = found[at][0] > found[at - 1][0] + 1
    is_other = any(_count_filled(row) != _count_filled(cells[at]) or row[0].endswith(":") for row in cells[:at])
    return at if is_gap or is_other or any(map(_is_name, cells[at])) else None


def _find_first_full_row(found: Sequence[NumberedRow]) -> int:
    """Find the header of a table of words: the first whole row, below lines of one cell or two; 0 without these."""
    cells = [row for _, row in found]
    body = [_count_filled(row) for row in cells[len(cells) // 2 :]]
    usual = max(set(body), key=body.count, default=0)
    at = next((at for at, row in enumerate(cells[: MOST_ABOVE + 1]) if _count_filled(row) * 3 >= usual * 2), 0)
    return at if usual >= 3 and len(cells) - at > 2 and len(set(cells[at])) == len(cells[at]) else 0


def _count_filled(row: Row) -> int:
    return sum(map(bool, row))


def _is_wholly_readable(sample: str, layout: CsvLayout) -> bool:
    try:
        for _ in csv.reader(straighten_quotes(_split_lines(sample), layout), **get_csv_dialect(layout)):
            pass
    except csv.Error as error:
        # A sample may end in the middle of a cell.
        return "unexpected end" in str(error) and sample.count("\n") >= LOOKED_AT - 1
    return True


def _looks_like_decimals(found: Sequence[Row]) -> float:
    """Whether every line is one number with a decimal comma (1,50), which commas would cut in two."""
    pairs = [row for row in found if len(row) == 2]
    cut = [row for row in pairs if re.fullmatch(r"[+-]?\d+", row[0]) and re.fullmatch(r"\d{2}", row[1])]
    return 2.0 if len(cut) >= max(1, len(found) - 1) else 0.0


def _build_one_column_layout(sample: str) -> CsvLayout:
    """Lines of one value: enclosed by quotes if most of them are and all can be read so."""
    found = read_rows(sample, CsvLayout(None, None))
    for quote in _list_quotes(sample):
        layout = CsvLayout(None, quote)
        if quote is None:
            continue
        marks = "“”„«»" if quote == WIDE_QUOTES else quote.strip()
        enclosed = [row for row in found if len(row[0]) > 1 and row[0][0] in marks and row[0][-1] in marks]
        if enclosed and (marks == '"' or len(enclosed) * 2 > len(found)) and _is_wholly_readable(sample, layout):
            return layout
    return CsvLayout(None, None)


def has_header(found: Sequence[Row]) -> bool:
    """Whether the first row names the columns: it is unlike the others where those are alike."""
    if len(found) < 2:
        return bool(found) and len(found) == 1 and all(_is_name(cell) for cell in found[0])
    first, others = found[0], found[1:]
    if not any(first) or any(_find_pattern([cell]) not in ("", "code") for cell in first if cell):
        return False
    if any(list(first) == list(row) for row in others):
        return False
    votes = [
        _vote_for_header(cell, [row[at] for row in others if at < len(row) and row[at]])
        for at, cell in enumerate(first)
    ]
    # Headings may be missing, or stand twice, if the others leave no doubt.
    is_whole = all(first) and len(set(first)) == len(first)
    return sum(votes) > (0 if is_whole else 1)


def _vote_for_header(cell: str, below: Sequence[str]) -> int:
    if not below or not cell:
        return 0
    if cell.lower() in NOTHING:
        return -2
    if _is_name(cell):
        return 2
    kind = _find_pattern(below)
    if not kind:
        return 0
    return 1 if not PATTERNS[kind].fullmatch(cell) else -2


# Words that head a column of identifiers, in the page's languages.
NAMES = frozenset(
    {
        *("id", "ids", "key", "code", "codes", "value", "values", "valeur", "valor", "sku", "isbn", "uuid", "siren"),
        *("name", "names", "nom", "nombre", "company", "companies", "société", "empresa", "siret", "vat", "date"),
        *("email", "emails", "e-mail", "mail", "mails", "courriel", "correo", "phone", "téléphone", "teléfono"),
        *("domain", "domains", "domaine", "dominio", "url", "website", "site", "number", "numéro", "número"),
        *("country", "pays", "país", "city", "ville", "ciudad", "firma", "kunde", "stadt", "land", "société", "client"),
        *("cliente", "konto", "compte", "cuenta", "iban", "nummer", "nr", "telefon", "datum", "fecha", "adresse"),
    }
)
# What is written where there is no value: no heading.
NOTHING = frozenset({"n/a", "na", "nan", "null", "none", "nil", "-", "–", "?", "k.a.", "k. a.", "s/d", "unknown"})


def _is_name(cell: str) -> bool:
    words = re.split(r"[\s_.-]+", cell.lower())
    return cell.lower() in NAMES or (len(words) <= 4 and words[-1] in NAMES)


def _find_pattern(cells: Sequence[str]) -> str:
    """Return the pattern that nearly all cells have; "" for none."""
    for name, pattern in PATTERNS.items():
        if sum(bool(pattern.fullmatch(cell)) for cell in cells) >= max(1, len(cells) * 0.8):
            return name
    return ""


def find_kind(cells: Sequence[str]) -> str:
    """Return `email` of cells that are addresses, with names or without; "" of others, which nobody asked for."""
    filled = [cell for cell in cells if cell]
    read = [trimming.split_addresses(cell) for cell in filled]
    fitting = sum(all(PATTERNS["email"].fullmatch(one) for one in each) for each in read)
    return "email" if filled and fitting >= 0.8 * len(filled) else ""


def propose_column(names: Sequence[str | None], found: Sequence[Row], wish: ColumnWish) -> int:
    """Propose the column that fits best: by its heading, by what its values look like, else the first with values."""
    width = max([len(names), *map(len, found)], default=0)

    def fitness(at: int) -> tuple[float, int, int]:
        cells = [row[at] for row in found if at < len(row) and row[at]]
        heading = names[at] if at < len(names) else None
        alike = max((_measure_likeness(heading or "", name) for name in wish.names), default=0.0)
        fitting = _measure_share(cells, wish.kind)
        return alike + fitting + (0.1 if cells else -1.0), len(set(cells)) > len(cells) // 2, -at

    return max(range(width), key=fitness, default=0)


def _measure_likeness(heading: str, name: str) -> float:
    one, other = (re.sub(r"[\W_]+", "", text.lower()).rstrip("s") for text in (heading, name))
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if one in other or other in one:
        return 0.7
    likeness = SequenceMatcher(None, one, other).ratio()
    return likeness / 2 if likeness > 0.6 else 0.0


def _measure_share(cells: Sequence[str], kind: str) -> float:
    pattern = PATTERNS.get(kind)
    return sum(bool(pattern.fullmatch(cell)) for cell in cells) / len(cells) if pattern and cells else 0.0
