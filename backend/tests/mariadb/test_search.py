"""Searches of a real MariaDB over the API: criteria, options, rows, files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Client

LINES = "two\nlines"
API = "/api/v1/interfaces/customers"


def ids(client: Client, criteria: dict[str, Any]) -> list[int]:
    answer = client.post(f"{API}/search", {"criteria": criteria})
    assert answer.status_code == 200, answer.json
    assert client.post(f"{API}/count", {"criteria": criteria}).json["count"] == len(answer.json["rows"])
    return [row[0] for row in answer.json["rows"]]


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7]),
        ({"name": "ann"}, [1]),
        ({"name": "ZOË"}, [2]),
        ({"name": "\\ 50%_!"}, [5]),
        ({"name": "' OR 1=1 -- "}, []),
        ({"name": "\\' OR 1=1 -- "}, []),
        ({"name": {"not": "n"}}, [2, 3, 4, 5, 6, 7]),
        ({"begins": "jose"}, [3]),
        ({"begins": "muller"}, [4]),
        ({"exact": "O'Hara \\ 50%_!"}, [5]),
        ({"exact": {"not": "Anne"}}, [2, 3, 4, 5, 6, 7]),
        ({"exact_id": "abc"}, []),
        ({"exact_id": "1abc"}, []),
        ({"exact_id": "1"}, [1]),
        ({"exact_id": {"not": "1abc"}}, [1, 2, 3, 4, 5, 6, 7]),
        ({"country": ["FR", "ES"]}, [1, 2, 3]),
        ({"country": ["FR", None]}, [1, 2, 5]),
        ({"country": {"not": ["FR"]}}, [3, 4, 5, 6, 7]),
        ({"customer": ["abc", 2]}, [2]),
        ({"customer": ["abc"]}, []),
        ({"customer": ["0x1", "1e0x", ""]}, []),
        ({"customer": {"not": ["abc"]}}, [1, 2, 3, 4, 5, 6, 7]),
        ({"kind": "firm"}, [2, 4]),
        ({"active": True}, [1, 4, 5, 7]),
        ({"active": {"not": True}}, [2, 3, 6]),
        ({"turnover": {"from": 5, "to": "10.5"}}, [1, 6, 7]),
        ({"rating": "0.1"}, [1]),
        ({"rating": 3.5}, [4]),
        ({"born": {"from": "1999-12-31", "to": "2000-02-29"}}, [2, 4]),
        ({"seen": "2024-07-01"}, [1]),
        ({"seen": "2024-12-31"}, [5]),
        ({"seen": "9999-12-31"}, []),
        ({"id": ["1", "3", "abc", "4.5"]}, [1, 3]),
        ({"id": {"not": ["1"]}}, [2, 3, 4, 5, 6, 7]),
        ({"names": ["anne", "MULLER", "nobody", "007"]}, [1, 4, 6]),
    ],
)
def test_each_criterion_finds_what_it_says(client: Client, criteria: dict[str, Any], found: list[int]) -> None:
    assert ids(client, criteria) == found


def test_cells_come_as_the_page_reads_them(client: Client) -> None:
    rows = client.post(f"{API}/search", {"criteria": {"id": ["1", "3", "5"]}}).json["rows"]

    assert rows == [
        [1, "Anne", "FR", "private", True, "10.50", 0.1, "1980-01-31", "2024-07-01T12:00:00.5+00:00", "plain"],
        [3, "José", "ES", "private", None, None, None, None, None, ""],
        [
            5,
            "O'Hara \\ 50%_!",
            None,
            "it's",
            True,
            "-1.00",
            0.0,
            "2024-01-01",
            "2024-12-31T23:59:59+00:00",
            "two\nlines",
        ],
    ]


def options(client: Client, criterion: str, **query: str) -> list[tuple[Any, str]]:
    answer = client.get(f"{API}/options/{criterion}", query_string=query)
    assert answer.status_code == 200, answer.json
    return [(one["value"], one["label"]) for one in answer.json["options"]]


def test_options_keep_their_order_and_are_found_by_what_is_typed(client: Client) -> None:
    countries = [("CI", "Côte d’Ivoire"), ("DE", "Deutschland"), ("ES", "España"), ("FR", "France")]

    assert options(client, "country") == [(None, "none"), *countries]
    assert options(client, "country", q="cote") == [("CI", "Côte d’Ivoire")]
    assert options(client, "country", q="%") == []
    assert options(client, "country", value="FR") == [("FR", "France")]
    assert options(client, "country", value="fr") == []


def test_pinned_options_come_first_in_their_order(client: Client) -> None:
    assert [value for value, _ in options(client, "pinned")] == ["ES", "FR", "DE", "CI"]


def test_options_depend_on_what_is_filled_in(client: Client) -> None:
    assert options(client, "customer", kind="firm") == [(4, "Müller"), (2, 'Zoë "Z"')]
    assert len(options(client, "customer")) == 7


def test_rows_are_sorted_and_come_in_pages(client: Client) -> None:
    body = {"criteria": {}, "sort": [{"column": "turnover", "descending": True}]}
    assert [row[0] for row in client.post(f"{API}/search", body).json["rows"]] == [4, 1, 6, 7, 2, 5, 3]
    body["sort"] = [{"column": "turnover", "descending": False}]
    assert [row[0] for row in client.post(f"{API}/search", body).json["rows"]] == [5, 2, 7, 6, 1, 4, 3]

    pages = [client.get("/api/v1/interfaces/visits/rows?limit=3&format=ndjson")]
    assert [json.loads(line)["id"] for line in pages[0].text.splitlines()] == [1, 2, 3]


def test_a_summary_tells_of_each_column(client: Client) -> None:
    found = client.post(f"{API}/summary", {"criteria": {}, "columns": ["country", "turnover", "born", "is_active"]})
    country, turnover, born, active = found.json["columns"]

    assert found.json["total"] == 7
    assert country["values"][:2] == [{"value": "DE", "count": 2}, {"value": "FR", "count": 2}]
    assert (country["nulls"], country["distinct"]) == (1, 4)
    assert sum(one["count"] for one in turnover["buckets"]) == 6
    assert sum(one["count"] for one in born["buckets"]) == 5
    assert active["values"] == [{"value": "true", "count": 4}, {"value": "false", "count": 2}]


def test_files_have_all_rows(client: Client) -> None:
    csv = client.post(f"{API}/csv", {"criteria": {"id": ["1", "2"]}})
    assert csv.text.splitlines()[1:] == [
        "1,Anne,FR,private,true,10.50,0.1,1980-01-31,2024-07-01 12:00:00.5+00,plain",
        '2,"Zoë ""Z""",FR,firm,false,0.00,9,1999-12-31,2024-01-01 00:00:00+00,"a, b"',
    ]
    assert client.post(f"{API}/xlsx", {"criteria": {}}).data[:2] == b"PK"


def test_what_the_author_got_wrong_is_said(portal: Any) -> None:
    portal.write("broken.yaml", "title: Broken\nsource: shop\nsql: SELECT nope FROM customer WHERE {criteria}\n")
    answer = portal.client().post("/api/v1/interfaces/broken/search", {"criteria": {}})

    assert answer.status_code == 503
    assert answer.json["type"] == "urn:guichet:problem:interface-broken"
