"""How a request is read before any view sees it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from guichet.http.operations import parse_json
from guichet.http.problems import MalformedError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": [1, "x", null, true]}', {"a": [1, "x", None, True]}),
        (b"0.1", Decimal("0.1")),
        (b"1.10", Decimal("1.10")),
        (b"1e400", Decimal("1e400")),
        (b"12345678901234567890", 12345678901234567890),
        ('"é 🎈"'.encode(), "é 🎈"),
        (b'"\\ud83c\\udf88"', "🎈"),
    ],
)
def test_it_reads_json_without_rounding(text: bytes, value: Any) -> None:
    read = parse_json(text)

    assert (read, str(read), type(read)) == (value, str(value), type(value))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"[1,]",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b'"\xff"',
        b'"\\ud83c"',
        b'{"\\ud83c": 1}',
        b'"\n"',
        b"1 2",
        b"9" * 5000,
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_it_refuses_what_is_no_json(text: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_json(text)
