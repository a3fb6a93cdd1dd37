"""Count and search: what matches, in which shape, and what is light or heavy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Client, Portal, run_sql
from tests.time_limits import slowness

EVERYBODY = [1, 2, 3, 4, 5, 6, 7, 8]

MATCHES: list[tuple[dict[str, Any], list[int]]] = [
    ({}, EVERYBODY),
    ({"country": [], "name": "", "joined": {"from": None, "to": None}}, EVERYBODY),
    # select, several
    ({"country": [1]}, [1, 2]),
    ({"country": [1, 3]}, [1, 2, 5]),
    ({"country": ["1"]}, [1, 2]),
    ({"country": {"not": [1, 2]}}, [5, 6, 7, 8]),
    ({"tier": ["=bronze"]}, [5]),
    ({"tier": {"not": ["gold"]}}, [2, 3, 5, 6, 8]),
    # select, one
    ({"region": 11}, [1]),
    ({"region": {"not": 11}}, [2, 3, 4, 5, 6, 7, 8]),
    # text: % and _ are taken literally, case is not looked at
    ({"name": "labs"}, [1, 3, 4]),
    ({"name": "100%"}, [3]),
    ({"name": "100_"}, [4]),
    ({"name": "back\\slash"}, [5]),
    ({"name": "é"}, [2]),
    ({"name": "王伟"}, [8]),
    ({"name": "🦔"}, [8]),
    ({"name": "'; DROP TABLE customer; --"}, []),
    ({"name": "%(name)s"}, []),
    ({"name": {"not": "labs"}}, [2, 5, 6, 7, 8]),
    ({"begins": "100"}, [3, 4]),
    ({"begins": {"not": "100"}}, [1, 2, 5, 6, 7, 8]),
    ({"exactly": "Acme Labs"}, [1]),
    ({"exactly": "acme labs"}, []),
    ({"exactly": {"not": "Acme Labs"}}, [2, 3, 4, 5, 6, 7, 8]),
    # numbers
    ({"employees": 10}, [1]),
    ({"employees": "10"}, [1]),
    ({"employees": 10.0}, [1]),
    ({"employees": {"not": 10}}, [2, 3, 4, 5, 6, 7, 8]),
    ({"balance": {"from": -5, "to": 1.1}}, [1, 2, 5]),
    ({"balance": {"from": "12345678901234567890.123456789"}}, [4]),
    ({"employees": 10**30}, []),
    ({"balance": {"to": 0}}, [2, 5]),
    ({"balance": {"not": {"from": 0}}}, [2, 3, 6]),
    # dates: the last day is included whole, also of a timestamp
    ({"joined": {"from": "2026-01-01", "to": "2026-01-31"}}, [1, 2]),
    ({"seen": {"from": "2026-01-01", "to": "2026-01-31"}}, [1]),
    ({"seen": {"to": "2026-01-31"}}, [1, 7]),
    ({"seen": {"not": {"to": "2026-01-31"}}}, [2, 3, 4, 5, 6, 8]),
    ({"seen_on": "2026-04-01"}, [5]),
    ({"seen_on": {"not": "2026-04-01"}}, [1, 2, 3, 4, 6, 7, 8]),
    # boolean
    ({"vip": True}, [1, 4, 7]),
    ({"vip": False}, [2, 5, 8]),
    ({"vip": {"not": True}}, [2, 3, 5, 6, 8]),
    ({"has_email": True}, [1, 2]),
    ({"has_email": False}, [3, 4, 5, 6, 7, 8]),
    # values
    ({"domain": ["ACME.example ", "acme.example", "nobody.example", " "]}, [1]),
    ({"domain": "acme.example"}, [1]),
    ({"domain": {"not": ["acme.example"]}}, [2, 3, 4, 5, 6, 7, 8]),
    # where with EXISTS: “is not” means that no row of the other table is
    ({"email": "a@acme.example"}, [1]),
    ({"email": {"not": "a@acme.example"}}, [2, 3, 4, 5, 6, 7, 8]),
    # together, by AND
    ({"country": [1], "vip": True}, [1]),
    ({"country": [1], "vip": {"not": True}}, [2]),
    ({"name": {"empty": True}}, [6]),
    ({"name": {"not": {"empty": True}}, "tier": {"empty": True}}, [3]),
    ({"joined": {"empty": True}}, [4, 6]),
    ({"country": {"not": {"empty": True}}, "region": {"empty": True}}, [4, 7, 8]),
    ({"domain": {"empty": True}}, [6]),
    ({"name": {"prefix": "100"}}, [3, 4]),
    ({"name": {"exact": "acme labs"}}, []),
    ({"name": {"exact": "Acme Labs"}}, [1]),
    ({"begins": {"not": {"exact": "Acme Labs"}}}, [2, 3, 4, 5, 6, 7, 8]),
]


@pytest.mark.parametrize(("criteria", "expected"), MATCHES, ids=[str(criteria) for criteria, _ in MATCHES])
def test_it_finds_and_counts_the_same_rows(client: Client, criteria: dict[str, Any], expected: list[int]) -> None:
    found = client.post("/api/v1/interfaces/customers/search", {"criteria": criteria})
    counted = client.post("/api/v1/interfaces/customers/count", {"criteria": criteria})
    assert found.status_code == 200, found.json
    assert [row[0] for row in found.json["rows"]] == expected
    assert found.json["count"] == len(expected)
    assert counted.json["count"] == len(expected)


@pytest.mark.parametrize(
    ("digits", "count"), [("12345678901234567890.123456789", 1), ("12345678901234567890.1234567891", 0)]
)
def test_a_number_keeps_all_its_digits(client: Client, digits: str, count: int) -> None:
    body = '{"criteria": {"balance": {"from": DIGITS}}}'.replace("DIGITS", digits)
    headers = {**client.headers, "Content-Type": "application/json"}
    answer = client.flask.post("/api/v1/interfaces/customers/count", data=body, headers=headers)
    assert answer.json["count"] == count


def test_a_light_result_has_its_columns_rows_count_and_time(client: Client) -> None:
    answer = client.post("/api/v1/interfaces/customers/search", {"criteria": {"exactly": "Acme Labs"}}).json
    assert answer.pop("elapsed_ms") >= 0
    assert answer == {
        "columns": [
            column("id", "Customer id", "integer", "identifier"),
            column("name", "Name", "text"),
            column("domain", "Domain", "text"),
            column("country", "Country", "text", marked=True),
            column("tier", "Tier", "text", marked=True),
            column("employees", "Employees", "integer", "quantity"),
            column("balance", "Balance", "decimal", "quantity"),
            column("joined_on", "Joined on", "date"),
            column("seen_at", "Seen at", "timestamptz"),
            column("vip", "Vip", "boolean"),
            column("emails", "Emails", "text", split="¤"),
        ],
        "rows": [
            [
                1,
                "Acme Labs",
                "acme.example",
                "France",
                "gold",
                10,
                "1.10",
                "2026-01-01",
                "2026-01-31T23:59:59.999+00:00",
                True,
                "a@acme.example¤b@acme.example",
            ]
        ],
        "count": 1,
        "heavy": False,
        "unmatched": {},
    }


def column(
    name: str, label: str, kind: str, form: str | None = None, split: str | None = None, *, marked: bool = False
) -> dict[str, str | bool | None]:
    return {
        "name": name,
        "label": label,
        "type": kind,
        "format": form,
        "split": split,
        "hidden": False,
        "summary": marked,
        "criterion": name if marked else None,
    }


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ([{"column": "balance"}, {"column": "id"}], [2, 5, 1, 7, 8, 4, 3, 6]),
        ([{"column": "balance", "descending": True}, {"column": "id"}], [4, 8, 7, 1, 5, 2, 3, 6]),
        ([{"column": "vip"}, {"column": "id", "descending": True}], [8, 5, 2, 7, 4, 1, 6, 3]),
        ([{"column": "joined_on", "descending": True}, {"column": "id"}], [7, 8, 5, 3, 2, 1, 4, 6]),
    ],
)
def test_the_server_sorts_by_any_column_with_nulls_last(
    client: Client, sort: list[dict[str, Any]], expected: list[int]
) -> None:
    found = client.post("/api/v1/interfaces/customers/search", {"criteria": {}, "sort": sort})
    assert [row[0] for row in found.json["rows"]] == expected


def test_every_column_of_every_type_can_be_sorted_by(client: Client) -> None:
    columns = client.get("/api/v1/interfaces/every_type").json["columns"]
    for one in columns:
        answer = client.post("/api/v1/interfaces/every_type/search", {"sort": [{"column": one["name"]}]})
        assert answer.status_code == 200, (one, answer.json)
        assert answer.json["count"] == 4


def test_a_sort_column_is_looked_up_never_pasted(client: Client) -> None:
    sort = [{"column": "id"}, {"column": "id; DROP TABLE customer"}]
    answer = client.post("/api/v1/interfaces/customers/search", {"sort": sort})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/sort/1/column"]


def test_a_result_of_exactly_the_limit_is_light(client: Client) -> None:
    answer = client.post("/api/v1/interfaces/numbers/search", {"criteria": {"up_to": 1000}})
    assert (answer.status_code, answer.json["count"], answer.json["heavy"]) == (200, 1000, False)


def test_one_row_more_makes_it_heavy_with_the_first_rows_and_its_count(client: Client) -> None:
    answer = client.post(
        "/api/v1/interfaces/numbers/search",
        {"criteria": {"up_to": 1001}, "sort": [{"column": "n", "descending": True}]},
    )
    assert answer.status_code == 200
    body = answer.json
    assert (body["heavy"], body["reason"], body["count"], body["extract"]) == (True, "rows", 1001, None)
    assert [row[0] for row in body["rows"]] == list(range(1001, 901, -1))
    assert body["estimated_count"] is None


def test_a_query_over_its_time_is_heavy_with_the_rows_that_came_in_time(client: Client) -> None:
    answer = client.post("/api/v1/interfaces/slow/search", {"criteria": {"seconds": 0.005, "rows": 300}})
    assert answer.status_code == 200
    assert (answer.json["reason"], len(answer.json["rows"])) == ("time", 100)


def test_a_query_whose_first_rows_take_too_long_is_heavy_without_any(client: Client) -> None:
    answer = client.post("/api/v1/interfaces/slow/search", {"criteria": {"seconds": 30, "rows": 1}})
    assert answer.status_code == 200
    assert (answer.json["reason"], answer.json["rows"]) == ("time", [])


def test_a_count_over_its_time_is_answered_504(client: Client) -> None:
    answer = client.post("/api/v1/interfaces/slow/count", {"criteria": {"seconds": 30, "rows": 1}})
    assert (answer.status_code, answer.json["type"]) == (504, "urn:guichet:problem:timeout")


def test_an_estimate_that_can_be_counted_in_a_moment_is_exact(client: Client) -> None:
    answer = client.post("/api/v1/interfaces/numbers/count?estimate=1", {"criteria": {"up_to": 4321}}).json
    assert (answer["count"], answer["estimate"]) == (4321, False)


def test_a_planner_that_is_wrong_five_times_over_is_not_asked(
    make_portal: Callable[..., Portal], make_database: Callable[..., str]
) -> None:
    """Of expressions that it has no statistics of, it takes a fixed part to match."""
    url = make_database(sql="CREATE TABLE sent AS SELECT g AS id FROM generate_series(1, 20000) g; ANALYZE sent;")
    portal = make_portal(lab=url)
    portal.write("sent.yaml", "title: Sent\nsource: lab\nsql: SELECT * FROM sent WHERE id % 2 = 1\n")

    assert portal.client().post("/api/v1/interfaces/sent/count?estimate=1", {}).json["count"] == 10_000


def test_a_guess_is_rounded_and_said_to_be_one(
    make_portal: Callable[..., Portal], shop: str, running_queries: Callable[[], int]
) -> None:
    portal = make_portal(shop=shop)
    sql = "SELECT g, pg_sleep(0.01) FROM generate_series(1, 12345) g"
    portal.write(
        "lazy.yaml", f"title: Lazy\nsource: shop\nsql: {sql} WHERE {{criteria}}\nlimits: {{display_rows: 10}}\n"
    )

    answer = portal.client().post("/api/v1/interfaces/lazy/count?estimate=1", {}).json

    assert (answer["count"], answer["estimate"]) == (12_000, True)
    assert answer["elapsed_ms"] < 2000 * slowness()
    assert running_queries() == 0
    heavy = portal.client().post("/api/v1/interfaces/lazy/search", {}).json
    assert (heavy["count"], heavy["estimated_count"]) == (None, 12_000)


@pytest.fixture
def running_queries(shop: str) -> Callable[[], int]:
    busy = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
    return lambda: int(run_sql(shop, f"{busy} AND query LIKE '%pg_sleep(0.01)%'")[0][0])


def test_an_estimate_beyond_it_is_the_planners_and_takes_no_time(client: Client) -> None:
    body = {"criteria": {"seconds": 30, "rows": 1}}
    answer = client.post("/api/v1/interfaces/slow/count?estimate=1", body)
    assert answer.status_code == 200
    assert answer.json["estimate"] is True
    assert isinstance(answer.json["count"], int)
    assert answer.json["elapsed_ms"] < 900 * slowness()
