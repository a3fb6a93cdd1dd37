"""What the cells of a column look like: addresses, keys, days, numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from guichet.value_lists import trimming

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


def find_telling_kind(cells: Sequence[str]) -> str:
    """Return the pattern of `TELLING` that most filled cells have; "" for none."""
    filled = [cell for cell in cells if cell]
    for kind in TELLING:
        if len(filled) > 1 and sum(bool(PATTERNS[kind].fullmatch(cell)) for cell in filled) >= 0.6 * len(filled):
            return kind
    return ""


def find_pattern(cells: Sequence[str]) -> str:
    """Return the pattern that nearly all cells have; "" for none."""
    for name, pattern in PATTERNS.items():
        if sum(bool(pattern.fullmatch(cell)) for cell in cells) >= max(1, len(cells) * 0.8):
            return name
    return ""


def find_kind(cells: Sequence[str]) -> str:
    """Return `email` of cells that are addresses, with names or without; "" of others, which nobody asked for."""
    filled = [cell for cell in cells if cell]
    read = [trimming.split_addresses(cell) for cell in filled]
    fitting = sum(all(PATTERNS["email"].fullmatch(address) for address in each) for each in read)
    return "email" if filled and fitting >= 0.8 * len(filled) else ""
