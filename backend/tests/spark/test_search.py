"""Searches of a real Spark over the API: criteria, options, rows, files, and what authors have of it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import INHERITED, Client, Portal

API = "/api/v1/interfaces/customers"


def ids(client: Client, criteria: dict[str, Any]) -> list[int]:
    answer = client.post(f"{API}/search", {"criteria": criteria})
    assert answer.status_code == 200, (criteria, answer.json)
    return [row[0] for row in answer.json["rows"]]


def test_each_criterion_finds_what_it_says(client: Client) -> None:
    for criteria, found in (
        ({}, [1, 2, 3, 4, 5, 6, 7]),
        ({"name": "ZOË"}, [2]),
        ({"name": "\\ 50%_!"}, [5]),
        ({"name": "\\' OR 1=1 -- "}, []),
        ({"name": {"not": "n"}}, [2, 3, 4, 5, 6, 7]),
        ({"begins": "muller"}, [4]),
        ({"exact": "O'Hara \\ 50%_!"}, [5]),
        ({"exact": {"not": "Anne"}}, [2, 3, 4, 5, 6, 7]),
        ({"exact_id": "1"}, [1]),
        ({"country": ["FR", None]}, [1, 2, 5]),
        ({"country": {"not": ["FR"]}}, [3, 4, 5, 6, 7]),
        ({"customer": ["2", 4]}, [2, 4]),
        ({"active": {"not": True}}, [2, 3, 6]),
        ({"turnover": {"from": 5, "to": "10.5"}}, [1, 6, 7]),
        ({"rating": "0.1"}, [1]),
        ({"born": {"from": "1999-12-31", "to": "2000-02-29"}}, [2, 4]),
        ({"seen": "2024-12-31"}, [5]),
        ({"seen": "9999-12-31"}, []),
        ({"id": ["1", "3", "abc", "4.5"]}, [1, 3]),
        # As floats, these two would be the same.
        ({"account": ["12345678901234567890", "99"]}, [1]),
        ({"account": {"not": ["12345678901234567890"]}}, [2, 3, 4, 5, 6, 7]),
    ):
        assert ids(client, criteria) == found, criteria


def test_a_value_that_can_not_be_read_is_the_users(client: Client) -> None:
    answer = client.post(f"{API}/search", {"criteria": {"exact_id": "abc"}})

    assert answer.status_code == 422, answer.json
    assert [one["pointer"] for one in answer.json["errors"]] == ["/criteria/exact_id"]


def test_cells_come_as_the_page_reads_them(client: Client) -> None:
    rows = client.post(f"{API}/search", {"criteria": {"id": ["1", "3"]}}).json["rows"]

    assert rows == [
        [
            *(1, "Anne", "FR", True, "10.50", 0.1, "1980-01-31", "2024-07-01T12:00:00.5+00:00", "plain"),
            *('["a","b"]', '{"city":"Nîmes","zip":30000}', "12345678901234567890"),
        ],
        [3, "José", "ES", None, None, None, None, None, "", "[]", '{"city":null,"zip":1}', "3"],
    ]


def options(client: Client, criterion: str, **query: str) -> list[Any]:
    answer = client.get(f"{API}/options/{criterion}", query_string=query)
    assert answer.status_code == 200, answer.json
    return [one["value"] for one in answer.json["options"]]


def test_options_are_found_pinned_and_depend_on_others(client: Client) -> None:
    assert options(client, "country") == [None, "CI", "DE", "ES", "FR"]
    assert options(client, "country", q="cote") == ["CI"]
    assert options(client, "country", q="%") == []
    assert options(client, "country", value="FR") == ["FR"]
    assert options(client, "pinned") == ["ES", "FR", "DE", "CI"]
    assert options(client, "customer", country="FR") == [2, 1]
    assert len(options(client, "customer")) == 7


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
        "1,Anne,FR,true,10.50,0.1,1980-01-31,2024-07-01 12:00:00.5+00,plain,"
        '"[""a"",""b""]","{""city"":""Nîmes"",""zip"":30000}",12345678901234567890',
        '2,"Zoë ""Z""",FR,false,0.00,9,1999-12-31,2024-01-01 00:00:00+00,"a, b",,,12345678901234567891',
    ]
    page = client.get("/api/v1/interfaces/visits/rows?limit=3&format=ndjson")
    assert [json.loads(line)["id"] for line in page.text.splitlines()] == [1, 2, 3]


def guichet(portal: Portal, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "guichet.cli", *arguments],
        env={**INHERITED, **portal.environ},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_first_definition_is_drafted_checked_shown_and_searched(portal: Portal) -> None:
    made = guichet(portal, "new", "--source", "shop", "--table", "customer", "--print")
    assert made.returncode == 0, made.stderr
    portal.write("drafted.yaml", made.stdout)
    checked = guichet(portal, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "give its role no right but to read" in checked.stdout + checked.stderr

    found = portal.client().post("/api/v1/interfaces/drafted/search", {"criteria": {}})
    assert (found.status_code, found.json["count"]) == (200, 7), found.json
    shown = guichet(portal, "show", "customers", "exact=O'Hara \\ 50%_!")
    assert "c.name = 'O\\'Hara \\\\ 50%_!'" in shown.stdout


def test_what_is_wrong_is_said_with_its_line(portal: Portal) -> None:
    for file in portal.folder.glob("*.yaml"):
        file.unlink()
    faults = {
        "SELECT c.nope FROM customer AS c WHERE {criteria}": "`nope` cannot be resolved",
        "SELECT c.id FROM nowhere AS c WHERE {criteria}": "`nowhere` cannot be found",
        "SELECT c.id FORM customer AS c WHERE {criteria}": "Syntax error at or near",
        "SELECT reflect('java.lang.System', 'exit', 1) AS a": "are not allowed here",
        "WITH a AS (SELECT 1 AS b) INSERT INTO country SELECT b, b FROM a": "Syntax error",
        "SELECT 'open FROM customer WHERE {criteria}": "is opened here and not closed",
    }
    for at, sql in enumerate(faults):
        portal.write(f"wrong{at}.yaml", f"title: Wrong\nsource: shop\nsql: {json.dumps(sql)}\n")
    checked = guichet(portal, "check")

    said = checked.stdout + checked.stderr
    assert checked.returncode != 0
    for at, told in enumerate(faults.values()):
        assert f"wrong{at}.yaml:3" in said, said
        assert told in said, said


@pytest.mark.parametrize("url", ["spark://127.0.0.1:1", "spark://host.invalid"])
def test_a_server_that_is_not_there_is_said_to_be_unavailable(portal: Portal, url: str) -> None:
    portal.environ["SOURCE_SHOP_URL"] = url
    answer = portal.client().post(f"{API}/search", {"criteria": {}})

    assert answer.status_code == 503, answer.json
