"""Names, patterns and several values as SQLite reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from guichet.sources.columns import Column


def quote(name: str) -> str:
    """Quote an identifier, with `%` doubled for the driver."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def name_column(column: Column) -> str:
    """Name a column of a wrapped statement. With its table before it, no name is ever taken for a text."""
    return f"result.{quote(column.name)}"


def escape_pattern(text: str) -> str:
    r"""Make `%`, `_` and `\` stand for themselves in a LIKE pattern."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def array_json(values: Iterable[Any]) -> str:
    """Write several values as the JSON text that they are bound as; `json_each` takes it apart."""
    return json.dumps(list(values), ensure_ascii=False, default=_plain)


def list_values(name: str) -> str:
    """Return the values of such a text, and beside each number its text, beside each text that is a number the number.

    SQLite takes no text for a number unless a column of that type stands on the other side.
    """
    each = f"SELECT value FROM json_each(%({name})s)"
    return f"{each} UNION ALL SELECT {twin('value')} FROM json_each(%({name})s)"


def twin(value: str) -> str:
    """Return the expression of a text's number, where it is written as numbers are, and of a number's text."""
    number = f"CAST({value} AS NUMERIC)"
    as_number = f"CASE WHEN CAST({number} AS TEXT) = {value} THEN {number} ELSE {value} END"
    return f"CASE WHEN typeof({value}) = 'text' THEN {as_number} ELSE CAST({value} AS TEXT) END"


def concatenate(parts: Sequence[str]) -> str:
    """Join texts by `||`, halved in brackets, so that the expression is never deep."""
    if len(parts) <= 2:
        return " || ".join(parts)
    middle = len(parts) // 2
    return f"({concatenate(parts[:middle])}) || ({concatenate(parts[middle:])})"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
