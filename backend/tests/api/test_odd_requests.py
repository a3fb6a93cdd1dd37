"""Odd names and odd amounts in requests and definitions: none of them is a fault of the portal or of its author."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Client, Portal

SQL = """
CREATE TABLE house (id int, town int, "50%" text, "__proto__" text, builder text);
INSERT INTO house VALUES (1, 75, 'half', 'p', 'x'), (2, 69, 'more', 'q', 'y');
CREATE TABLE town (code int, place text);
INSERT INTO town VALUES (69, 'Lyon'), (75, 'Paris');
"""
FORM = """
title: Houses
source: odd
key: ["50%"]
sql: SELECT id, town, "50%", "__proto__", builder AS constructor FROM house WHERE {criteria}
criteria:
  constructor: {type: text, column: builder}
  town: {type: select, column: town, options: {sql: "SELECT code, place FROM town", first: [Paris]}}
  share: {type: values, column: '"50%"', found_in: "50%"}
columns:
  __proto__: {label: Proto, summary: true}
  "50%": {summary: true}
"""
URL = "/api/v1/interfaces/house"


@pytest.fixture
def client(make_portal: Callable[..., Portal], make_database: Callable[..., str]) -> Client:
    portal = make_portal(odd=make_database(sql=SQL))
    portal.write("house.yaml", FORM)
    return portal.client()


def test_the_column_of_an_option_list_may_have_any_name(client: Client) -> None:
    found = client.get(f"{URL}/options/town").json["options"]
    assert found == [{"value": 75, "label": "Paris"}, {"value": 69, "label": "Lyon"}]


def test_names_that_mean_something_elsewhere_are_names(client: Client) -> None:
    body = {"criteria": {"constructor": "x", "share": ["half", "more", "none"]}}
    assert client.get(URL).status_code == 200
    answer = client.post(f"{URL}/search", body).json
    assert answer["rows"] == [[1, 75, "half", "p", "x"]]
    assert answer["unmatched"]["share"]["matched"] == 1
    assert client.post(f"{URL}/count", body).json["count"] == 1
    sort = [{"column": "50%"}, {"column": "__proto__", "descending": True}]
    everything = client.post(f"{URL}/csv", {"criteria": {}, "sort": sort, "columns": ["50%", "__proto__", "id"]})
    assert list(csv.reader(io.StringIO(everything.text)))[1:] == [["half", "p", "1"], ["more", "q", "2"]]
    for path in ("search", "csv", "xlsx", "rows", "rows?limit=1", "rows?format=ndjson", "rows?format=csv", "summary"):
        assert client.post(f"{URL}/{path}", {"criteria": {}}).status_code == 200, path
    following = client.get(f"{URL}/rows?limit=1").headers["Link"].split(">")[1]
    assert following


def test_more_columns_than_a_database_can_select_are_refused(client: Client) -> None:
    for path in ("csv", "xlsx", "summary", "rows"):
        answer = client.post(f"{URL}/{path}", {"criteria": {}, "columns": ["id"] * 1700})
        assert answer.status_code == 422, path
        assert answer.json["errors"][0]["pointer"] == "/columns"
    assert client.get(f"{URL}/rows?limit=1&columns=" + ",".join(["id"] * 1700)).status_code == 422
    assert client.post(f"{URL}/csv", {"criteria": {}, "columns": ["id", "id", "id"]}).status_code == 200


@pytest.mark.parametrize("path", ["search", "csv", "xlsx", "rows", "summary"])
def test_the_names_of_columns_and_their_number_are_bounded(client: Client, path: str) -> None:
    long = "n" * 201
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/sort/1/column", {"sort": [{"column": "id"}, {"column": long}]}),
        ("/sort", {"sort": [{"column": "id"}] * 11}),
        ("/columns/0", {"columns": [long]}),
        ("/columns", {"columns": ["id"] * 2001}),
    ]
    known = {"search": {"sort"}, "summary": {"columns"}}.get(path, {"sort", "columns"})
    for pointer, body in bodies:
        if known.isdisjoint(body):
            continue
        answer = client.post(f"{URL}/{path}", {"criteria": {}, **body})
        assert answer.status_code == 422, pointer
        (fault,) = answer.json["errors"]
        assert fault["pointer"] == pointer
        wanted = "This has more than 200 characters." if long in str(body) else "can be given here."
        assert fault["detail"].endswith(wanted)
        assert len(answer.data) < 1000


@pytest.mark.parametrize("query", ["q=%00", "value=%00", "value=%00&value=75", "q=a%00b"])
def test_what_no_text_can_hold_is_no_option(client: Client, query: str) -> None:
    answer = client.get(f"{URL}/options/town?{query}")
    assert answer.status_code == 200
    assert [one["value"] for one in answer.json["options"]] == ([75] if "75" in query else [])


def test_an_answer_does_not_repeat_what_was_sent_at_length(client: Client) -> None:
    name = "n" * 5_000_000
    for path, body in (
        ("search", {"criteria": {name: 1}}),
        ("csv", {"criteria": {}, "columns": [name]}),
        ("csv", {"criteria": {}, "sort": [{"column": name}]}),
        ("csv", {"criteria": {}, name: 1}),
        ("unmatched?criterion=" + name[:100_000], {"criteria": {}}),
    ):
        answer = client.post(f"{URL}/{path}", body)
        assert answer.status_code in (400, 404, 422), answer.text[:500]
        assert len(answer.get_data()) < 3000, (path, len(answer.get_data()))
    long = "n" * 100_000
    for path in (long, f"house/options/{long}", f"house/rows?{long}=1", f"house/rows?limit={long}&sort={long}"):
        answer = client.get(f"/api/v1/interfaces/{path}")
        assert answer.status_code in (400, 404, 422)
        assert len(answer.get_data()) < 3000, (path[:30], len(answer.get_data()))


FAILING = """title: Failing
source: odd
sql: |
  SELECT id,
         gone
  FROM house
  WHERE {criteria}
"""
FAILING_CRITERION = """title: Failing
source: odd
sql: SELECT id FROM house WHERE {criteria}
criteria:
  id:
    type: number
    where: |
      id = :id
      AND lost = 1
"""


def test_sql_that_fails_in_the_database_is_shown_to_its_author_at_their_own_line(
    make_portal: Callable[..., Portal], make_database: Callable[..., str]
) -> None:
    portal = make_portal(odd=make_database(sql=SQL))
    portal.write("failing.yaml", FAILING)
    portal.write("half.yaml", FAILING_CRITERION)
    app = portal.app()
    anne, ben = Client(app.test_client(), "anne"), Client(app.test_client(), "ben")

    answer = anne.get("/api/v1/interfaces/failing")
    assert answer.status_code == 503
    assert [one["detail"] for one in answer.json["errors"]] == ['portal/failing.yaml:5: column "gone" does not exist']
    answer = anne.post("/api/v1/interfaces/half/search", {"criteria": {"id": 1}})
    assert [one["detail"] for one in answer.json["errors"]] == ['portal/half.yaml:9: column "lost" does not exist']
    assert "errors" not in ben.get("/api/v1/interfaces/failing").json

    listed = {one["id"]: one for one in anne.get("/api/v1/interfaces").json}
    assert (listed["failing"]["available"], listed["failing"]["problem"]) == (
        False,
        'portal/failing.yaml:5: column "gone" does not exist',
    )
    assert [one["available"] for one in ben.get("/api/v1/interfaces").json] == [True, True]

    portal.write("failing.yaml", FAILING.replace("gone", "town"))
    assert anne.get("/api/v1/interfaces/failing").status_code == 200
    assert all(one["available"] for one in anne.get("/api/v1/interfaces").json)
