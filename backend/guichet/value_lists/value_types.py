"""What a value must look like to be compared with a type, for values that came with a search itself.

Of lists that are kept, the portal database tells the same (its function `value_key`); a test holds both to one table.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
TIME = re.compile(r"([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,30}", re.ASCII)
NUMERIC = re.compile(r"[+-]?(\d{1,255}(\.\d{0,255})?|\.\d{1,255})([eE][+-]?\d{1,2})?", re.ASCII)
DOUBLE = re.compile(r"[+-]?(\d{1,100}(\.\d{0,100})?|\.\d{1,100})([eE][+-]?\d{1,2})?", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|\{[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}", re.I)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
TRUE, FALSE = ("t", "true", "y", "yes", "on", "1"), ("f", "false", "n", "no", "off", "0")


def normalize(value: str, kind: str) -> str | None:
    """Return a normalized value in the one form that its kind is written in, or None where it is malformed."""
    return READERS[kind](value) if kind in READERS else value or None


def _build_integer_reader(bits: int) -> Callable[[str], str | None]:
    def read(value: str) -> str | None:
        fits = INTEGER.fullmatch(value) and -(1 << bits - 1) <= int(value) < 1 << bits - 1
        return str(int(value)) if fits else None

    return read


def _read_numeric(value: str) -> str | None:
    # As PostgreSQL's trim_scale: no zeros behind the point.
    plain = f"{Decimal(value):f}" if NUMERIC.fullmatch(value) else ""
    trimmed = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return ("0" if trimmed == "-0" else trimmed) or None


def _read_double(value: str) -> str | None:
    return repr(float(value)) if DOUBLE.fullmatch(value) else None


def _read_uuid(value: str) -> str | None:
    return str(uuid.UUID(value)) if UUID.fullmatch(value) else None


def _read_date(value: str) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if DAY.fullmatch(value) else None
    except ValueError:
        return None


def _read_timestamp(value: str) -> str | None:
    return value if _read_date(value[:10]) and TIME.fullmatch(value[10:]) else None


def _read_email(value: str) -> str | None:
    return value if EMAIL.fullmatch(value) else None


def _read_boolean(value: str) -> str | None:
    known = dict.fromkeys(TRUE, "true") | dict.fromkeys(FALSE, "false")
    return known.get(value.lower())


READERS: Mapping[str, Callable[[str], str | None]] = {
    "smallint": _build_integer_reader(16),
    "integer": _build_integer_reader(32),
    "bigint": _build_integer_reader(64),
    "numeric": _read_numeric,
    "double precision": _read_double,
    "uuid": _read_uuid,
    "date": _read_date,
    "timestamp": _read_timestamp,
    "email": _read_email,
    "boolean": _read_boolean,
}
