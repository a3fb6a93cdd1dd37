"""How rows are to be written: pure data, the same for every dialect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal["objects", "arrays"]

# What JavaScript can count to.
SAFE_INTEGER = 2**53 - 1


@dataclass(frozen=True)
class CsvFormat:
    """What a spreadsheet wants of a CSV.

    :param dates: "iso" as PostgreSQL writes them, "locale" in the order of day and month that `locale` has.
    :param formula_guard: whether text that a spreadsheet would run is made harmless by a leading apostrophe.
    """

    delimiter: Literal[",", ";", "|", "\t"] = ","
    decimal: Literal[".", ","] = "."
    dates: Literal["iso", "locale"] = "iso"
    locale: Literal["en", "fr", "es"] = "en"
    bom: bool = False
    formula_guard: bool = True
