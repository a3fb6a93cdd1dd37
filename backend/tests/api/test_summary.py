"""The summary of a whole result, counted by the database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import Client

NUMBERS = ("integer", "decimal", "float")


def summary(client: Client, interface: str, *columns: str, **criteria: Any) -> dict[str, Any]:
    body = {"criteria": criteria, "columns": list(columns)}
    response = client.post(f"/api/v1/interfaces/{interface}/summary", body)
    assert response.status_code == 200, response.json
    return response.json


def test_values_are_counted_with_those_that_are_not_listed_and_nulls(client: Client) -> None:
    found = summary(client, "customers", "tier", "vip", "name")
    assert found.pop("elapsed_ms") >= 0
    tier, vip, name = found.pop("columns")
    assert found == {"total": 8}
    assert tier == {
        "name": "tier",
        "label": "Tier",
        "type": "text",
        "kind": "values",
        "nulls": 2,
        "distinct": 3,
        "values": [
            {"value": "gold", "count": 3},
            {"value": "silver", "count": 2},
            {"value": "=bronze", "count": 1},
        ],
        "buckets": [],
        "other": 0,
        "sum": None,
    }
    assert vip["values"] == [{"value": "false", "count": 3}, {"value": "true", "count": 3}]
    assert (name["distinct"], name["nulls"], len(name["values"])) == (8, 0, 8)


def test_the_whole_result_counts_also_when_it_is_heavy(client: Client) -> None:
    found = summary(client, "numbers", "n", "digit", "label")
    n, digit, label = found["columns"]
    assert found["total"] == 5000
    assert [bucket["count"] for bucket in n["buckets"]] == [250] * 20
    assert (n["buckets"][0]["from"], n["buckets"][0]["to"]) == (1, 250)
    assert [(one["from"], one["to"], one["count"]) for one in digit["buckets"]] == [(d, d, 500) for d in range(10)]
    assert (label["distinct"], len(label["values"]), label["other"]) == (5000, 12, 4988)


def test_a_histogram_has_its_ends_and_leaves_infinity_aside(client: Client) -> None:
    joined, balance, seen = summary(client, "customers", "joined_on", "balance", "seen_at")["columns"]
    assert (joined["buckets"][0]["from"], joined["buckets"][0]["count"]) == ("2026-01-01", 1)
    assert sum(bucket["count"] for bucket in joined["buckets"]) == 5
    assert (joined["nulls"], joined["other"]) == (2, 1)
    assert sum(bucket["count"] for bucket in balance["buckets"]) == 6
    assert balance["buckets"][0]["from"] == -5
    assert (seen["nulls"], seen["other"], sum(bucket["count"] for bucket in seen["buckets"])) == (2, 1, 5)


def test_numbers_are_added_up_exactly_and_nothing_else_is(client: Client) -> None:
    n, balance, label = summary(client, "numbers", "n", "digit", "label")["columns"]
    assert (n["sum"], balance["sum"], label["sum"]) == (str(5000 * 5001 // 2), str(500 * 45), None)
    names = [column["name"] for column in client.get("/api/v1/interfaces/every_type").json["columns"]]
    found = [
        one for at in range(0, len(names), 12) for one in summary(client, "every_type", *names[at : at + 12])["columns"]
    ]
    rows = client.post("/api/v1/interfaces/every_type/search", {"criteria": {}}).json
    for one in found:
        values = [row[names.index(one["name"])] for row in rows["rows"]]
        numbers = [Decimal(str(value)) for value in values if value is not None and one["type"] in NUMBERS]
        if not numbers or not all(number.is_finite() for number in numbers):
            assert one["sum"] is None, one
        else:
            assert float(one["sum"]) == pytest.approx(float(sum(numbers))), one


def test_nulls_are_in_no_bucket(client: Client) -> None:
    (employees,) = summary(client, "customers", "employees")["columns"]
    assert (employees["nulls"], employees["other"]) == (2, 0)
    assert sum(bucket["count"] for bucket in employees["buckets"]) == 6


def test_a_buckets_ends_find_its_rows(client: Client) -> None:
    (joined,) = summary(client, "customers", "joined_on")["columns"]
    for bucket in joined["buckets"]:
        criteria = {"joined": {"from": bucket["from"], "to": bucket["to"]}}
        counted = client.post("/api/v1/interfaces/customers/count", {"criteria": criteria})
        assert counted.json["count"] == bucket["count"]


def test_criteria_narrow_it(client: Client) -> None:
    found = summary(client, "customers", "tier", country=[1])
    assert (found["total"], found["columns"][0]["distinct"]) == (2, 2)


def test_a_result_without_rows_has_an_empty_summary(client: Client) -> None:
    found = summary(client, "customers", "tier", "balance", name="nobody at all")
    assert found["total"] == 0
    assert [(one["kind"], one["nulls"], one["other"]) for one in found["columns"]] == [("values", 0, 0), ("none", 0, 0)]


def test_every_type_can_be_summarized(client: Client) -> None:
    names = [column["name"] for column in client.get("/api/v1/interfaces/every_type").json["columns"]]
    for at in range(0, len(names), 12):
        for one in summary(client, "every_type", *names[at : at + 12])["columns"]:
            listed = sum(value["count"] for value in one["values"]) + sum(value["count"] for value in one["buckets"])
            assert one["nulls"] + listed + one["other"] == 4, one


def test_the_authors_marks_are_the_default(client: Client) -> None:
    found = client.post("/api/v1/interfaces/customers/summary", {}).json
    assert [one["name"] for one in found["columns"]] == ["country", "tier"]


@pytest.mark.parametrize("columns", [[], ["nmae"], ["id"] * 13])
def test_what_it_does_not_know_is_answered_422(client: Client, columns: list[str]) -> None:
    assert client.post("/api/v1/interfaces/customers/summary", {"columns": columns}).status_code == 422


def test_one_that_takes_too_long_is_answered_504(client: Client) -> None:
    body = {"criteria": {"seconds": 9, "rows": 1}, "columns": ["slept"]}
    assert client.post("/api/v1/interfaces/slow/summary", body).status_code == 504
