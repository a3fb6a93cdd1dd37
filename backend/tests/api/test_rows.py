"""Rows for programs: pages by offset and by cursor, in every format, and whole results as streams."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from tests.conftest import Client, Portal, run_sql

CUSTOMERS = "/api/v1/interfaces/customers/rows"

PEOPLE = """
title: People
source: shop
sql: |
  SELECT cust.name, cust.id, country.name AS country, cust.joined_on FROM customer AS cust
  LEFT JOIN country ON country.id = cust.country_id WHERE {criteria} ORDER BY cust.name
criteria:
  country: {type: number, column: cust.country_id}
  limit: {type: number, column: cust.id}
key: id
"""

PAIRS = """
title: Pairs
source: shop
sql: SELECT n / 10 AS tens, to_char(n % 10, '"é\\"¤ "FM0') AS ones, n FROM generate_series(1, 95) AS n WHERE {criteria}
criteria: {n: {type: number_range, column: n}}
key: [tens, ones]
"""


@pytest.fixture
def people(portal: Portal) -> Client:
    portal.write("people.yaml", PEOPLE)
    portal.write("pairs.yaml", PAIRS)
    return portal.client()


def rows(answer: TestResponse) -> list[Any]:
    assert answer.status_code == 200, answer.text
    return list(answer.json)


def links(answer: TestResponse) -> dict[str, str]:
    """The addresses of a Link header, by what they are to this page."""
    found = {}
    for link in filter(None, answer.headers.get("Link", "").split(", ")):
        address, options = parse_options_header(link)
        found[options["rel"]] = address.strip("<>")
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("country=1", [1, 2]),
        ("country=1&country=2", [1, 2, 3, 4]),
        ("country!=1", [3, 4, 5, 6, 7, 8]),
        ("country!=1&country!=2", [5, 6, 7, 8]),
        ("name=labs", [1, 3, 4]),
        ("name=labs&country=2", [3, 4]),
        ("begins=100%25", [3]),
        ("balance=0..", [1, 4, 5, 7, 8]),
        ("balance=-5..1.5", [1, 2, 5]),
        ("balance=..0", [2, 5]),
        ("balance.from=0&balance.to=1.5", [1, 5]),
        ("balance!=0..", [2, 3, 6]),
        ("employees=20", [2]),
        ("joined=2026-01-01..2026-01-31", [1, 2]),
        ("joined=2026-01-31", [2]),
        ("seen_on=2026-01-31", [1]),
        ("vip=true", [1, 4, 7]),
        ("vip!=yes", [2, 3, 5, 6, 8]),
        ("domain=ACME.example&domain=eclair.example", [1, 2]),
        ("country=", [1, 2, 3, 4, 5, 6, 7, 8]),
        ('criteria={"country":[1],"balance":{"from":0}}', [1]),
        ('criteria={"country":[1]}&balance=0..', [1]),
        ("sort=-id&limit=2", [8, 7]),
        ("sort=country,-id&country=1&country=2", [4, 3, 2, 1]),
        ("offset=6", [7, 8]),
        ("offset=2&limit=3", [3, 4, 5]),
        ("offset=100", []),
    ],
)
def test_it_finds_the_rows_that_the_address_asks_for(client: Client, query: str, expected: list[int]) -> None:
    found = rows(client.get(f"{CUSTOMERS}?{query}"))

    assert [row["id"] for row in found] == expected


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("limit=0", 400, "“limit” must be at least 1."),
        ("limit=ten", 400, "“limit” must be a whole number."),
        ("offset=-1", 400, "“offset” must be a whole number."),
        ("offset=99999999999999999", 400, "“offset” must be a whole number."),
        ("format=xml", 400, "“format” must be one of json, ndjson, csv."),
        ("shape=tree", 400, "“shape” must be one of objects, arrays."),
        ("offset=1&after=x", 400, "Give one of “offset”, “after” and “before”."),
        ("country=1&country!=2", 400, "“country” is given in two ways; give it in one."),
        ("criteria=[1]", 400, "“criteria” must be a JSON object, of criteria that no other parameter gives."),
        ('criteria={"country":1}&country=2', 400, "“criteria” must be a JSON object"),
        ("criteria={", 400, "The body is not JSON"),
        ("after=x", 400, "This interface has no key that a cursor could follow; page by “offset”."),
        ("county=1", 422, "This form has no criterion “county”; did you mean `country`?"),
        ("columns=id,nme", 422, "The result has no column “nme”; did you mean `name`?"),
        ("sort=-idd", 422, "The result has no column “idd”; did you mean `id`?"),
        ("sort=" + ",".join(["id"] * 11), 400, "“sort” may name 10 columns."),
        ("columns=" + ",".join(["id"] * 2001), 400, "“columns” may name 2000 columns."),
        ("sort=-" + "n" * 201, 422, "This has more than 200 characters."),
        ("columns=id," + "n" * 201, 422, "This has more than 200 characters."),
        ("joined=soon", 422, "A preset is one of"),
        ("vip=perhaps", 422, "This must be true or false."),
        ("employees=1&employees=2", 422, "This must be a number."),
    ],
)
def test_what_it_can_not_read_is_told(client: Client, query: str, status: int, told: str) -> None:
    answer = client.get(f"{CUSTOMERS}?{query}")

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    details = [answer.json["detail"], *(one["detail"] for one in answer.json.get("errors", ()))]
    assert any(detail.startswith(told) for detail in details), details


@pytest.mark.parametrize(
    ("query", "accept", "media_type", "text"),
    [
        ("", "*/*", "application/json", '[{"id":1,"name":"Acme Labs"}\n,{"id":2,"name":"Éclair & Fils"}\n]\n'),
        ("shape=arrays", "*/*", "application/json", '[[1, "Acme Labs"]\n,[2, "Éclair & Fils"]\n]\n'),
        ("", "text/csv", "text/csv", "Customer id,Name\n1,Acme Labs\n2,Éclair & Fils\n"),
        ("format=csv", "*/*", "text/csv", "Customer id,Name\n1,Acme Labs\n2,Éclair & Fils\n"),
        (
            "format=ndjson",
            "text/csv",
            "application/x-ndjson",
            '{"id":1,"name":"Acme Labs"}\n{"id":2,"name":"Éclair & Fils"}\n',
        ),
        ("shape=arrays", "application/x-ndjson", "application/x-ndjson", '[1, "Acme Labs"]\n[2, "Éclair & Fils"]\n'),
        ("shape=arrays&limit=1", "application/x-ndjson", "application/x-ndjson", '[1, "Acme Labs"]\n'),
        ("format=csv&limit=1", "*/*", "text/csv", "Customer id,Name\n1,Acme Labs\n"),
    ],
)
def test_it_writes_every_format(client: Client, query: str, accept: str, media_type: str, text: str) -> None:
    answer = client.get(f"{CUSTOMERS}?country=1&columns=id,name&{query}", headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype, answer.text) == (200, media_type, text)


@pytest.mark.parametrize("name", ["json", "ndjson", "csv"])
@pytest.mark.parametrize("limit", ["", "&limit=5"])
def test_no_rows_are_an_answer(client: Client, name: str, limit: str) -> None:
    answer = client.get(f"{CUSTOMERS}?name=nobody&columns=id&format={name}{limit}")

    assert answer.status_code == 200
    assert answer.text == {"json": "[]\n", "ndjson": "", "csv": "Customer id\n"}[name]


@pytest.mark.parametrize("interface", ["customers", "every_type"])
@pytest.mark.parametrize("query", ["shape=arrays&limit=100", "shape=arrays&format=ndjson"])
def test_its_cells_are_those_of_a_search(client: Client, interface: str, query: str) -> None:
    searched = client.post(f"/api/v1/interfaces/{interface}/search", {}).json

    answer = client.get(f"/api/v1/interfaces/{interface}/rows?{query}")

    found = [json.loads(line) for line in answer.text.splitlines()] if "ndjson" in query else rows(answer)
    assert found == searched["rows"]
    assert len(found) > 3


@pytest.mark.parametrize("interface", ["customers", "every_type"])
def test_its_objects_have_the_cells_by_name(client: Client, interface: str) -> None:
    searched = client.post(f"/api/v1/interfaces/{interface}/search", {}).json
    names = [column["name"] for column in searched["columns"]]

    found = rows(client.get(f"/api/v1/interfaces/{interface}/rows"))

    assert found == [dict(zip(names, row, strict=True)) for row in searched["rows"]]


def test_its_csv_has_the_bytes_of_the_download(client: Client) -> None:
    downloaded = client.post("/api/v1/interfaces/customers/csv", {"criteria": {}})
    unguarded = client.get(f"{CUSTOMERS}?format=csv&formula_guard=0").text

    assert client.get(f"{CUSTOMERS}?format=csv").data == downloaded.data
    assert client.get(f"{CUSTOMERS}?format=csv&limit=100").data == downloaded.data
    assert "'=cmd" in downloaded.text
    assert "'=cmd" not in unguarded


def test_a_result_has_more_columns_than_a_function_has_arguments(portal: Portal) -> None:
    columns = ", ".join(f"n + {at} AS c{at}" for at in range(250))
    portal.write("wide.yaml", f"title: Wide\nsource: shop\nsql: SELECT {columns} FROM generate_series(0, 1) AS n")
    client, path = portal.client(), "/api/v1/interfaces/wide/rows"

    assert rows(client.get(f"{path}?shape=arrays")) == [list(range(250)), list(range(1, 251))]
    assert rows(client.get(path))[1] == {f"c{at}": at + 1 for at in range(250)}


def test_a_body_says_what_an_address_says(client: Client) -> None:
    body = {"criteria": {"country": [1, 2]}, "sort": [{"column": "id", "descending": True}], "columns": ["id"]}

    answer = client.post(f"{CUSTOMERS}?shape=arrays&limit=3", body)

    assert rows(answer) == [[4], [3], [2]]
    assert links(answer) == {
        "first": f"{CUSTOMERS}?shape=arrays&limit=3&offset=0",
        "next": f"{CUSTOMERS}?shape=arrays&limit=3&offset=3",
    }
    assert rows(client.post(links(answer)["next"], body)) == [[1]]


def walked(client: Client, address: str, way: str) -> list[list[Any]]:
    """The pages from an address on, by their links."""
    found: list[list[Any]] = []
    while address:
        answer = client.get(address)
        found.append(rows(answer))
        address = links(answer).get(way, "")
        assert len(found) < 100
    return found


def test_links_lead_through_all_pages_by_offset_and_back(client: Client) -> None:
    start = f"{CUSTOMERS}?limit=3&columns=id&shape=arrays"
    there = walked(client, start, "next")

    assert there == [[[1], [2], [3]], [[4], [5], [6]], [[7], [8]]]
    assert walked(client, f"{start}&offset=6", "prev") == there[::-1]
    assert links(client.get(f"{start}&offset=3"))["first"] == f"{CUSTOMERS}?limit=3&columns=id&shape=arrays&offset=0"


@pytest.mark.parametrize("name", ["json", "csv"])
def test_links_lead_through_all_pages_by_cursor_and_back(people: Client, name: str) -> None:
    start = f"/api/v1/interfaces/pairs/rows?n=..93&limit=20&shape=arrays&columns=n&format={name}"

    def page(address: str) -> tuple[list[int], dict[str, str]]:
        answer = people.get(address)
        assert answer.status_code == 200
        if name == "json":
            return [row[0] for row in answer.json], links(answer)
        return [int(row[0]) for row in list(csv.reader(io.StringIO(answer.text)))[1:]], links(answer)

    there, address = [], start
    while address:
        found, at = page(address)
        there.append((address, found))
        address = at.get("next", "")
    assert [n for _, found in there for n in found] == list(range(1, 94))
    assert [len(found) for _, found in there] == [20, 20, 20, 20, 13]

    back, address = [], page(there[-1][0])[1]["prev"]
    while address:
        found, at = page(address)
        assert at["first"] == start
        back.append(found)
        address = at.get("prev", "") if found else ""
    assert [found for found in back if found] == [found for _, found in there[:-1]][::-1]


def test_a_cursor_holds_while_rows_come_and_go(portal: Portal, shop: str) -> None:
    run_sql(shop, "CREATE TABLE IF NOT EXISTS event (id int PRIMARY KEY); TRUNCATE event")
    run_sql(shop, "INSERT INTO event SELECT 10 * n FROM generate_series(1, 50) AS n")
    portal.write("events.yaml", "title: Events\nsource: shop\nsql: SELECT id FROM event\nkey: id")
    client, path = portal.client(), "/api/v1/interfaces/events/rows?limit=10&shape=arrays"
    by_cursor, by_offset, address = [], [], path
    for at in range(5):
        answer = client.get(address)
        by_cursor += [row[0] for row in rows(answer)]
        by_offset += [row[0] for row in rows(client.get(f"{path}&offset={10 * at}"))]
        address = links(answer).get("next", "")
        # Before where we are, and just beyond it.
        run_sql(shop, f"INSERT INTO event VALUES ({-at}), ({10 * at + 5})")
        run_sql(shop, f"DELETE FROM event WHERE id = {100 * (at + 1)}")

    assert [one for one in by_cursor if one % 10 == 0] == [10 * n for n in range(1, 51)]
    assert len(set(by_cursor)) == len(by_cursor)
    assert len(set(by_offset)) < len(by_offset)


def test_a_criterion_that_is_called_as_a_parameter_is_given_in_criteria(people: Client) -> None:
    found = rows(people.get("/api/v1/interfaces/people/rows?" + urlencode({"criteria": '{"limit": 3}', "limit": 5})))

    assert [row["id"] for row in found] == [3]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("after=x", "This cursor is none that this call gave; take the one of the Link header as it is."),
        ("after=eyJpZCI6IDF9", "This cursor is none that this call gave"),
        ("after=WzFd", "This cursor is none that this call gave"),
        ("after=eyJpZCI6ICJcdWQ4MDAifQ", "This cursor is none that this call gave"),
        ("after=eyJpZCI6ICJhYmMifQ", "This cursor is none that this call gave."),
        ("after=eyJuYW1lIjogIjEifQ", "The key of this interface has changed since this cursor was given"),
        ("after=eyJpZCI6ICIxIn0&sort=id", "A cursor follows the order of the key; page by “offset” to sort."),
    ],
)
def test_what_is_no_cursor_is_told(people: Client, query: str, told: str) -> None:
    answer = people.get(f"/api/v1/interfaces/people/rows?limit=5&{query}")

    assert (answer.status_code, answer.json["type"]) == (400, "urn:guichet:problem:cursor")
    assert answer.json["detail"].startswith(told)


def test_a_stream_goes_on_from_a_cursor(people: Client) -> None:
    page = people.get("/api/v1/interfaces/people/rows?limit=5")
    streamed = people.get(links(page)["next"].replace("limit=5&", "format=ndjson&"))

    assert [json.loads(line)["id"] for line in streamed.text.splitlines()] == [6, 7, 8]


def test_a_key_that_the_result_does_not_have_is_the_authors_fault(portal: Portal) -> None:
    portal.write("people.yaml", PEOPLE.replace("key: id", "key: idd"))
    answer = portal.client().get("/api/v1/interfaces/people/rows")

    assert (answer.status_code, answer.json["type"]) == (503, "urn:guichet:problem:interface-broken")
    assert answer.json["errors"][0]["detail"] == "`key` names no usable column `idd`; did you mean `id`?"


def test_a_page_has_at_most_the_rows_that_are_shown(client: Client) -> None:
    path = "/api/v1/interfaces/numbers/rows"

    assert len(rows(client.get(f"{path}?limit=100000"))) == 1000
    assert len(client.get(f"{path}?format=ndjson").text.splitlines()) == 5000
    assert len(client.get(f"{path}?format=ndjson&limit=10").text.splitlines()) == 10


def test_a_page_that_takes_too_long_is_answered_504(client: Client) -> None:
    answer = client.get("/api/v1/interfaces/slow/rows?seconds=3&rows=1&limit=1")

    assert (answer.status_code, answer.json["type"]) == (504, "urn:guichet:problem:timeout")


def test_a_result_far_beyond_what_may_be_read_is_refused_at_once(portal: Portal) -> None:
    sql = "SELECT n FROM generate_series(1, 5000) AS n"
    portal.write("much.yaml", f"title: Much\nsource: shop\nsql: {sql}\nlimits: {{extract_rows: 100}}")
    answer = portal.client().get("/api/v1/interfaces/much/rows?format=ndjson")

    assert (answer.status_code, answer.json["type"]) == (413, "urn:guichet:problem:too-large")


def test_a_stream_that_fails_before_its_first_rows_is_an_answer(portal: Portal) -> None:
    sql = "SELECT 10 / (n - 3) AS cell FROM generate_series(1, 5) AS n"
    portal.write("failing.yaml", f"title: Failing\nsource: shop\nsql: {sql}")
    answer = portal.client().get("/api/v1/interfaces/failing/rows?format=ndjson")

    assert (answer.status_code, answer.json["type"]) == (503, "urn:guichet:problem:interface-broken")
