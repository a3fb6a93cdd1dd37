"""Which column of a file a list is made of, until a user says otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from guichet.value_lists.cell_patterns import PATTERNS
from guichet.value_lists.csv_layout import Row


@dataclass(frozen=True)
class ColumnWish:
    """What a list is for, so that the fitting column is proposed.

    :param names: words that may head the column: of the criterion, its label, its SQL.
    :param kind: a key of `PATTERNS` that its values should look like; "" for any.
    """

    names: tuple[str, ...] = ()
    kind: str = ""


def propose_column(names: Sequence[str | None], rows: Sequence[Row], wish: ColumnWish) -> int:
    """Propose the column that fits best: by its heading, by what its values look like, else the first with values."""
    width = max([len(names), *map(len, rows)], default=0)

    def fitness(index: int) -> tuple[float, int, int]:
        cells = [row[index] for row in rows if index < len(row) and row[index]]
        heading = names[index] if index < len(names) else None
        alike = max((_measure_likeness(heading or "", name) for name in wish.names), default=0.0)
        fitting = _measure_share(cells, wish.kind)
        return alike + fitting + (0.1 if cells else -1.0), len(set(cells)) > len(cells) // 2, -index

    return max(range(width), key=fitness, default=0)


def _measure_likeness(heading: str, name: str) -> float:
    words, other = (re.sub(r"[\W_]+", "", text.lower()).rstrip("s") for text in (heading, name))
    if not words or not other:
        return 0.0
    if words == other:
        return 1.0
    if words in other or other in words:
        return 0.7
    likeness = SequenceMatcher(None, words, other).ratio()
    return likeness / 2 if likeness > 0.6 else 0.0


def _measure_share(cells: Sequence[str], kind: str) -> float:
    pattern = PATTERNS.get(kind)
    return sum(bool(pattern.fullmatch(cell)) for cell in cells) / len(cells) if pattern and cells else 0.0
