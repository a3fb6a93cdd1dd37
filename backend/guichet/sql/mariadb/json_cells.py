"""How cells travel as JSON: the SQL expressions that make them.

Everything but integers, floats and booleans travels as text, as PostgreSQL prints it; moments get their `T`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from guichet.sources.columns import Column
from guichet.sources.mariadb.literals import Raw
from guichet.sources.mariadb.literals import quote_text as quote_literal
from guichet.sql.mariadb import json_lines, texts
from guichet.sql.mariadb.quoting import quote

HEX = r"\x"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BOOLEANS = {"true": 1, "false": 0, "1": 1, "0": 0}


def expressions(columns: Sequence[Column], *, arrays_as_json: bool = False) -> list[str]:
    """Make one SQL expression per column of the answer. There are no arrays here."""
    return [_expression(column) for column in columns]


def text_cells(columns: Sequence[Column]) -> list[str]:
    """Make the SQL expression of each column as a text that can be bound again without a loss."""
    return [_text(column, quote(column.name)) for column in columns]


def field_value(column: Column, text: str) -> Any:
    """Return a text of `text_cells`, or of a form, as it is bound to be written into its column.

    A moment with an offset becomes the clock of the session's zone. Where that clock passed twice and means the other
    moment, the text stays, which the server refuses.

    :raises ValueError: if the text is no value of the column.
    """
    if column.type == "boolean" and text in BOOLEANS:
        return BOOLEANS[text]
    if column.type == "bytes" and text.startswith(HEX):
        try:
            return bytes.fromhex(text.removeprefix(HEX))
        except ValueError as error:
            raise ValueError(f"'{text}' is not written in pairs of hexadecimal digits") from error
    if column.type == "other" and not column.free_text and set(text) <= {"0", "1"}:
        return int(text, 2)
    if column.type == "timestamptz" and (moment := _read_moment(text)):
        utc = quote_literal(moment.replace(tzinfo=None).isoformat(sep=" "))
        here = f"CONVERT_TZ({utc}, '+00:00', @@session.time_zone)"
        seconds = Decimal((moment - EPOCH) // timedelta(microseconds=1)).scaleb(-6)
        return Raw(f"IF(UNIX_TIMESTAMP({here}) = {seconds:f}, {here}, {quote_literal(text)})")
    return text


def _text(column: Column, name: str) -> str:
    if column.type == "float":
        return f"CAST({name} + 0e0 AS CHAR)"  # all digits, also of a FLOAT
    if column.type == "boolean":
        return f"CAST({name} + 0 AS CHAR)"
    if column.type in ("bytes", "other"):
        return texts.write(column, name)
    if column.type == "timestamptz":
        return texts.write_moment(column, name)
    return json_lines.text(column, name)


def _read_moment(text: str) -> datetime | None:
    """Return a moment that has an offset, by UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _expression(column: Column) -> str:
    name = quote(column.name)
    if column.type in ("integer", "float", "text"):
        return name
    if column.type == "boolean":
        return f"({name} + 0)"
    if column.type in ("timestamp", "timestamptz"):
        return texts.write_moment(column, name)
    return texts.write(column, name)
