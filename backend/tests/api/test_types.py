"""Every PostgreSQL type survives to the table and to the CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.conftest import Client

JSON_CELLS: list[tuple[str, str, list[Any]]] = [
    ("small", "integer", [7, -32768, None, 0]),
    ("big", "integer", [42, "9223372036854775807", None, "9007199254740993"]),
    ("exact", "decimal", ["1.50", "123456789012345678901234567890.123456789", None, "NaN"]),
    ("scaled", "decimal", ["1.50", "-0.01", None, "0.00"]),
    ("single", "float", [1.5, "NaN", None, 1e38]),
    ("double", "float", [0.1, "-Infinity", None, 1e308]),
    ("flag", "boolean", [True, False, None, None]),
    ("day", "date", ["2026-01-31", "infinity", None, "0044-03-15 BC"]),
    ("at_time", "time", ["08:09:10", "24:00:00", None, "00:00:00"]),
    ("at_zone", "time", ["08:09:10+02", "00:00:00-12", None, None]),
    ("plain_stamp", "timestamp", ["2026-01-31T08:09:10", "-infinity", None, "infinity"]),
    (
        "stamp",
        "timestamptz",
        [
            "2026-01-31T08:09:10.5+00:00",
            "0044-03-15T12:00:00+00:00 BC",
            None,
            "9999-12-31T23:59:59.999999+00:00",
        ],
    ),
    ("span", "interval", ["1 year 2 days 03:04:05", "-00:00:01", None, "178000000 years"]),
    ("document", "json", ['{"a": 1.0}', "[]", None, "null"]),
    ("documentb", "json", ['{"a": 1.0}', "{}", None, '"é"']),
    ("integers", "array", ["{1,2}", "{NULL}", None, "{}"]),
    ("texts", "array", ['{a,"b c"}', '{"",¤,"{}","\\"quoted\\""}', None, "{}"]),
    ("numbers", "range", ["[1,5)", "empty", None, None]),
    ("days", "range", ["[2026-01-01,2026-02-01)", "(,)", None, None]),
    (
        "identity",
        "uuid",
        ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000", None, None],
    ),
    ("bytes", "bytes", ["\\x00ff", "\\x", None, None]),
    ("mood", "text", ["gold", "=bronze", None, None]),
    ("address", "other", ["10.0.0.1/8", "::1", None, None]),
    ("hardware", "other", ["08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff", None, None]),
    ("place_code", "text", ["01234", "=1+1", None, 'a\nb,"c";d¤é🦔']),
    ("fixed", "text", ["ab", "=1+1", None, ""]),
    ("cash", "other", ["$12.34", "-$12.34", None, None]),
    ("spot", "other", ["(1,2)", "(0,0)", None, None]),
    ("bits", "other", ["101", "", None, None]),
    ("words", "other", ["'cat' 'fat'", "", None, None]),
]


@pytest.fixture
def answer(client: Client) -> dict[str, Any]:
    found = client.post("/api/v1/interfaces/every_type/search", {})
    assert found.status_code == 200
    return found.json


@pytest.mark.parametrize(("name", "kind", "expected"), JSON_CELLS, ids=[name for name, _, _ in JSON_CELLS])
def test_a_cell_travels_as_json_without_loss(answer: dict[str, Any], name: str, kind: str, expected: list[Any]) -> None:
    at = [column["name"] for column in answer["columns"]].index(name)
    assert answer["columns"][at]["type"] == kind
    found = [row[at] for row in answer["rows"]]
    assert found == [pytest.approx(one) if isinstance(one, float) else one for one in expected]


def test_every_column_is_in_the_table_of_cells(answer: dict[str, Any]) -> None:
    assert [column["name"] for column in answer["columns"]] == ["place", *(name for name, _, _ in JSON_CELLS)]


def test_the_csv_has_postgresqls_own_text_of_every_type(client: Client) -> None:
    body = {"dialect": {"formula_guard": False}}
    response = client.post("/api/v1/interfaces/every_type/csv", body)
    rows = list(csv.reader(io.StringIO(response.get_data(as_text=True))))
    table = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    for name, kind, cells in JSON_CELLS:
        expected = [as_csv(cell, kind) for cell in cells]
        found = list(table[label(name)])
        if kind == "float":
            assert [float(one) if one else one for one in found] == pytest.approx(
                [float(one) if one else one for one in expected], nan_ok=True
            ), name
        else:
            assert found == expected, name


def as_csv(cell: Any, kind: str) -> str:
    """What the same value is in a CSV: text as it is, a timestamp as PostgreSQL writes it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if kind in ("timestamp", "timestamptz"):
        return str(cell).replace("T", " ").replace("+00:00", "+00")
    return str(cell)


def label(name: str) -> str:
    return name.replace("_", " ").capitalize()
