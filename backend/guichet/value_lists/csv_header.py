"""Which row of a text names its columns, and which rows above it are no data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guichet.value_lists.cell_patterns import PATTERNS, find_pattern, find_telling_kind
from guichet.value_lists.csv_layout import NumberedRow, Row

# The header is looked for among so many rows.
MOST_ABOVE = 60


def find_head(rows: Sequence[NumberedRow]) -> tuple[int, bool]:
    """Find the first row that counts, and whether it is a header. Rows above are left out, so they must be unlike."""
    cells = [row for _, row in rows]
    first, telling = _find_first_alike(cells)
    if first > 1:
        head = _find_header_above(rows, first)
        if head is not None:
            return head, True
    if not telling and (head := _find_first_full_row(rows)):
        return head, True
    return 0, has_header(cells)


def _find_first_alike(cells: Sequence[Row]) -> tuple[int, bool]:
    """Find the first row whose cells look as most below it do, and whether any column tells so."""
    body = cells[len(cells) // 2 :]
    width = max(map(len, cells), default=0)
    kinds = {
        index: kind
        for index in range(width)
        if (kind := find_telling_kind([row[index] for row in body if index < len(row)]))
    }
    usual = sorted(_count_filled(row) for row in body)[len(body) // 2] if body else 0
    for number, row in enumerate(cells[: MOST_ABOVE + 1]):
        if row[0].endswith(":") and _count_filled(row) < usual:  # something about the file, with its value
            continue
        alike = [kind for column, kind in kinds.items() if column < len(row) and PATTERNS[kind].fullmatch(row[column])]
        filled = [column for column in kinds if column < len(row) and row[column]]
        if not alike or len(alike) * 2 < len(filled):
            continue
        if "email" in alike or "uuid" in alike or _count_filled(row) * 2 >= usual:
            return number, True
    return 0, bool(kinds)


def _find_header_above(rows: Sequence[NumberedRow], first: int) -> int | None:
    """Find the header above the first row of data; None where what stands above may be data too."""
    cells = [row for _, row in rows]
    width = max(map(_count_filled, cells[first:]))
    # Units, or nothing but a remark, may stand between.
    head = max(range(max(0, first - 3), first), key=lambda row: (_count_filled(cells[row]), row))
    if any(find_pattern([cell]) not in ("", "code") for cell in cells[head] if cell) or head == 0:
        return None
    if width >= 3:
        is_apart = all(
            _count_filled(row) * 3 < _count_filled(cells[head]) * 2 or len(row) < width for row in cells[:head]
        )
        return head if is_apart and _count_filled(cells[head]) * 2 > width else None
    is_gap = rows[head][0] > rows[head - 1][0] + 1
    is_other = any(_count_filled(row) != _count_filled(cells[head]) or row[0].endswith(":") for row in cells[:head])
    return head if is_gap or is_other or any(map(_is_name, cells[head])) else None


def _find_first_full_row(rows: Sequence[NumberedRow]) -> int:
    """Find the header of a table of words: the first whole row, below lines of one cell or two; 0 without these."""
    cells = [row for _, row in rows]
    body = [_count_filled(row) for row in cells[len(cells) // 2 :]]
    usual = max(set(body), key=body.count, default=0)
    head = next((index for index, row in enumerate(cells[: MOST_ABOVE + 1]) if _count_filled(row) * 3 >= usual * 2), 0)
    return head if usual >= 3 and len(cells) - head > 2 and len(set(cells[head])) == len(cells[head]) else 0


def _count_filled(row: Row) -> int:
    return sum(map(bool, row))


def has_header(rows: Sequence[Row]) -> bool:
    """Whether the first row names the columns: it is unlike the others where those are alike."""
    if len(rows) < 2:
        return bool(rows) and len(rows) == 1 and all(_is_name(cell) for cell in rows[0])
    first, others = rows[0], rows[1:]
    if not any(first) or any(find_pattern([cell]) not in ("", "code") for cell in first if cell):
        return False
    if any(list(first) == list(row) for row in others):
        return False
    votes = [
        _vote_for_header(cell, [row[index] for row in others if index < len(row) and row[index]])
        for index, cell in enumerate(first)
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
    kind = find_pattern(below)
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
