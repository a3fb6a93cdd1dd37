"""How a text is laid out: its delimiter, its quotes, whether its first line is a header, which column is wanted.

Pure: a sample in, a `Layout` out. The sample is the beginning of the file, cut at the end of a line.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'")
SAMPLE_ROWS = 8
# So many lines tell as much as all of them.
LOOKED_AT = 500

Row = Sequence[str]

PATTERNS: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"),
    "uuid": re.compile(r"\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?"),
    "date": re.compile(r"\d{4}-\d\d-\d\d([ T].*)?|\d\d?[./]\d\d?[./]\d{4}"),
    "integer": re.compile(r"[+-]?\d+"),
    "number": re.compile(r"[+-]?\d*[.,]?\d+"),
    "web": re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-zA-Z]{2,}(?:/\S*)?"),
    "code": re.compile(r"(?=.*\d)[\w .+/-]+"),
}


@dataclass(frozen=True)
class Layout:
    """How the lines of a file become cells.

    :param delimiter: None where each line is one cell.
    :param quote: None where nothing encloses a cell.
    """

    delimiter: str | None
    quote: str | None
    header: bool = False


@dataclass(frozen=True)
class Wish:
    """What a list is for, so that the fitting column is proposed.

    :param names: words that may head the column: of the criterion, its label, its SQL.
    :param kind: a key of `PATTERNS` that its values should look like; "" for any.
    """

    names: tuple[str, ...] = ()
    kind: str = ""


def find(sample: str) -> Layout:
    """Finds the delimiter and the quotes of a sample, and whether it has a header."""
    sample = "".join(itertools.islice(_lines(sample), LOOKED_AT))
    if nothing_but := next((one for one in DELIMITERS if one in sample and not sample.strip(f"{one} \r\n")), None):
        return Layout(nothing_but, '"')
    candidates = [Layout(delimiter, quote) for delimiter in DELIMITERS for quote in (*QUOTES, None)]
    best = max(candidates, key=lambda one: _score(sample, one))
    if _score(sample, best) <= 0:
        best = _one_column(sample)
    return Layout(best.delimiter, best.quote, has_header(rows(sample, best)))


def with_delimiter(sample: str, delimiter: str | None) -> Layout:
    """Lays a sample out by a delimiter that a user chose; the rest is found."""
    sample = "".join(itertools.islice(_lines(sample), LOOKED_AT))
    if delimiter is None:
        best = _one_column(sample)
    else:
        readable = [Layout(delimiter, quote) for quote in QUOTES if _reads_whole(sample, Layout(delimiter, quote))]
        best = max(readable, key=lambda one: _score(sample, one), default=Layout(delimiter, None))
    return Layout(best.delimiter, best.quote, has_header(rows(sample, best)))


def rows(sample: str, layout: Layout) -> list[list[str]]:
    """Reads the rows of a sample, without blank ones; stops at what can't be read."""
    found: list[list[str]] = []
    try:
        for row in csv.reader(_lines(sample), **dialect(layout)):
            if any(cell.strip() for cell in row):
                found.append([cell.strip() for cell in row])
            if len(found) >= LOOKED_AT:
                break
    except csv.Error:
        pass
    return found


def dialect(layout: Layout) -> dict[str, Any]:
    """The layout in the words of the csv module."""
    # A delimiter that no text has (a noncharacter) leaves each line whole.
    delimiter = layout.delimiter or "\uffff"
    if layout.quote is None:
        return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE, "quotechar": None}
    return {"delimiter": delimiter, "quotechar": layout.quote, "strict": True}


def _lines(sample: str) -> Iterator[str]:
    return io.StringIO(sample, newline="")


def _score(sample: str, layout: Layout) -> float:
    """How well a layout explains a sample: most lines with the same number of cells, and quotes that enclose."""
    found = rows(sample, layout)
    if not found or not _reads_whole(sample, layout):
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
    left = sum(cell[:1] in QUOTES and cell[-1:] == cell[:1] and len(cell) > 1 for row in found for cell in row)
    quoted = 0.2 if layout.quote and f"{layout.quote}{layout.delimiter}" in sample else 0.0
    decimals = _looks_like_decimals(found) if layout.delimiter == "," else 0
    return regular + min(width, 5) * 0.02 + quoted - left / sum(widths) - decimals


def _reads_whole(sample: str, layout: Layout) -> bool:
    try:
        for _ in csv.reader(_lines(sample), **dialect(layout)):
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


def _one_column(sample: str) -> Layout:
    """Lines of one value: enclosed by quotes if most of them are and all can be read so."""
    found = rows(sample, Layout(None, None))
    for quote in QUOTES:
        enclosed = [row for row in found if len(row[0]) > 1 and row[0][0] == quote == row[0][-1]]
        layout = Layout(None, quote)
        if enclosed and (quote == '"' or len(enclosed) * 2 > len(found)) and _reads_whole(sample, layout):
            return layout
    return Layout(None, None)


def has_header(found: Sequence[Row]) -> bool:
    """Whether the first row names the columns: it is unlike the others where those are alike."""
    if len(found) < 2:
        return bool(found) and len(found) == 1 and all(_is_name(cell) for cell in found[0])
    first, others = found[0], found[1:]
    if not all(first) or len(set(first)) < len(first) or any(_kind([cell]) not in ("", "code") for cell in first):
        return False
    if any(first == list(row) for row in others):
        return False
    votes = [_vote(cell, [row[at] for row in others if at < len(row) and row[at]]) for at, cell in enumerate(first)]
    return sum(votes) > 0


def _vote(cell: str, below: Sequence[str]) -> int:
    if not below:
        return 0
    if _is_name(cell):
        return 2
    kind = _kind(below)
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
        *("country", "pays", "país", "city", "ville", "ciudad"),
    }
)


def _is_name(cell: str) -> bool:
    words = re.split(r"[\s_.-]+", cell.lower())
    return cell.lower() in NAMES or (len(words) <= 4 and words[-1] in NAMES)


def _kind(cells: Sequence[str]) -> str:
    """The pattern that nearly all cells have; "" for none."""
    for name, pattern in PATTERNS.items():
        if sum(bool(pattern.fullmatch(cell)) for cell in cells) >= max(1, len(cells) * 0.8):
            return name
    return ""


def propose(names: Sequence[str | None], found: Sequence[Row], wish: Wish) -> int:
    """Proposes the column that fits best: by its heading, by what its values look like, else the first with values."""
    width = max([len(names), *map(len, found)], default=0)

    def fitness(at: int) -> tuple[float, int, int]:
        cells = [row[at] for row in found if at < len(row) and row[at]]
        heading = names[at] if at < len(names) else None
        alike = max((_likeness(heading or "", name) for name in wish.names), default=0.0)
        fitting = _share(cells, wish.kind)
        return alike + fitting + (0.1 if cells else -1.0), len(set(cells)) > len(cells) // 2, -at

    return max(range(width), key=fitness, default=0)


def _likeness(heading: str, name: str) -> float:
    one, other = (re.sub(r"[\W_]+", "", text.lower()).rstrip("s") for text in (heading, name))
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if one in other or other in one:
        return 0.7
    likeness = SequenceMatcher(None, one, other).ratio()
    return likeness / 2 if likeness > 0.6 else 0.0


def _share(cells: Sequence[str], kind: str) -> float:
    pattern = PATTERNS.get(kind)
    return sum(bool(pattern.fullmatch(cell)) for cell in cells) / len(cells) if pattern and cells else 0.0
