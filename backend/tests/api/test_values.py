"""Values against columns: compared in the column's own type, and never the author's fault, whatever a user gives."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from guichet.search import value_list_binding
from guichet.sources.postgresql import value_checks
from tests.api.test_value_lists import made
from tests.conftest import Client, Portal, run_sql

SQL = """
CREATE TABLE item (id int, code text);
INSERT INTO item VALUES (1, ''), (2, NULL), (3, 'A'), (4, 'b');
CREATE TYPE level AS ENUM ('', 'low', 'high');
CREATE TABLE measure (
    id int, r real, d double precision, n numeric, i int, cash money, code text, level level, fixed char(3)
);
INSERT INTO measure VALUES
    (1, 0.1, 0.1, 0.1, 1, 0.1, '1', '', 'abc'),
    (2, 0.3, 0.3, 0.3, 2, 0.3, '2', 'low', 'b'),
    (3, 1.1, 1.1, 1.1, 3, 1.1, '3', NULL, NULL);
CREATE TABLE net (id int, ip inet, mac macaddr, bits bit(5), words tsquery, path jsonb, level level);
INSERT INTO net VALUES
    (1, '192.168.0.1/24', '08:00:2b:01:02:03', B'10101', 'fat & cat', '{"a": 1}', 'low'),
    (2, '10.0.0.1', '08:00:2b:01:02:04', B'11111', 'rat', '{"a": 2}', 'high');
CREATE TABLE doubtful (id int, code text);
INSERT INTO doubtful VALUES (1, '12'), (2, 'labs');
"""
FORMS = {
    "item": """
title: Items
source: odd
sql: SELECT id, code FROM item WHERE {criteria} ORDER BY id
criteria:
  code:
    type: select
    multiple: true
    column: code
    options:
      sql: "SELECT DISTINCT code AS value, CASE code WHEN '' THEN '(empty)' ELSE code END AS label FROM item"
      missing: {en: No code, fr: Sans code}
  one:
    type: select
    column: code
    options: {sql: SELECT DISTINCT code FROM item, missing: No code}
  plain:
    type: select
    column: code
    options: {sql: SELECT DISTINCT code FROM item}
""",
    "measure": """
title: Measures
source: odd
sql: |
  SELECT id, r, i FROM measure
  WHERE NOT {criteria:outside} IS NOT FALSE AND {criteria} AND (r = :bound OR :bound IS NULL) ORDER BY id
criteria:
  bound: {type: number}
  r: {type: number, column: r}
  rs: {type: number_range, column: r}
  sum: {type: number, column: r + r}
  given: {type: number, where: "r = :given OR r > 1000"}
  d: {type: number, column: d}
  n: {type: number, column: n}
  i: {type: number, column: i}
  is: {type: number_range, column: i}
  cash: {type: number_range, column: cash}
  values: {type: values, column: r}
  level: {type: select, multiple: true, column: level, options: {sql: SELECT unnest(enum_range(NULL::level))}}
  fixed: {type: values, column: fixed}
  a: {type: text, match: exact, column: code, in: outside}
  b: {type: number, column: id, in: outside}
""",
    "net": """
title: Net
source: odd
sql: SELECT id, host(ip) AS ip, bits FROM net WHERE {criteria} ORDER BY id
criteria:
  ip: {type: values, column: ip}
  mac: {type: values, column: mac}
  bits: {type: values, column: bits}
  words: {type: values, column: words}
  level: {type: values, column: level}
  host: {type: text, match: exact, column: ip}
  query: {type: text, match: exact, column: words}
  jump: {type: text, where: "path @? :jump::jsonpath"}
  id: {type: number, column: id}
  ratio: {type: number, where: "100 / :ratio > id * 10"}
""",
    "doubtful": """
title: Doubtful
source: odd
sql: SELECT id, code::int AS code FROM doubtful WHERE {criteria}
criteria:
  id: {type: number, column: id}
  code: {type: text, match: exact, column: code}
""",
    "wrong": """
title: Wrong
source: odd
sql: SELECT id, code FROM item WHERE {criteria}
criteria:
  id: {type: number, column: idd}
""",
    "client": """
title: Clients
source: latin
sql: SELECT id, name FROM client WHERE {criteria} ORDER BY id
criteria:
  name: {type: text, column: name}
  names: {type: values, column: name}
  exact: {type: values, where: name = ANY(:exact), found_in: name}
  bound: {type: text, where: "name = :bound"}
  option:
    type: select
    multiple: true
    column: name
    options: {sql: "SELECT name FROM client WHERE id < 10 AND (:name IS NULL OR name = :name)", search: true}
""",
}


@pytest.fixture(scope="module")
def odd(make_database: Callable[..., str]) -> str:
    return make_database(sql=SQL)


@pytest.fixture(scope="module")
def latin(server_url: str) -> str:
    run_sql(server_url, "DROP DATABASE IF EXISTS guichet_latin")
    run_sql(server_url, "CREATE DATABASE guichet_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    url = urlsplit(server_url)._replace(path="/guichet_latin").geturl()
    run_sql(url, "CREATE TABLE client (id int, name text)")
    run_sql(url, "INSERT INTO client SELECT g, 'n' || g FROM generate_series(1, 20000) g")
    run_sql(url, "INSERT INTO client VALUES (20001, U&'M\\00FCller, \\005C \"x\"')")
    return url


@pytest.fixture
def portal(make_portal: Callable[..., Portal], odd: str, latin: str, portal_database_url: str) -> Portal:
    portal = make_portal(odd=odd, latin=latin)
    portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    for name, text in FORMS.items():
        portal.write(f"{name}.yaml", text)
    return portal


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.client()


def search(client: Client, form: str, criteria: dict[str, Any]) -> TestResponse:
    return client.post(f"/api/v1/interfaces/{form}/search", {"criteria": criteria})


def ids(answer: TestResponse) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [row[0] for row in answer.json["rows"]]


def fault(answer: TestResponse) -> str:
    """Returns the pointer of the only fault."""
    assert answer.status_code == 422, answer.text
    (only,) = answer.json["errors"]
    return str(only["pointer"])


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"r": 0.1}, [1]),
        ({"r": "0.10"}, [1]),
        ({"r": "1e-1"}, [1]),
        ({"r": {"not": 0.1}}, [2, 3]),
        ({"r": 1e39}, []),
        ({"r": 1e-50}, []),
        ({"rs": {"from": 1.1, "to": 1.1}}, [3]),
        ({"rs": {"not": {"from": 1.1, "to": 1.1}}}, [1, 2]),
        ({"rs": {"from": 0.1, "to": 0.3}}, [1, 2]),
        ({"rs": {"to": "1e39"}}, [1, 2, 3]),
        ({"sum": 0.6}, [2]),
        ({"given": 0.3}, [2]),
        ({"bound": 0.3}, [2]),
        ({"d": 0.1}, [1]),
        ({"n": 0.1}, [1]),
        ({"i": 1}, [1]),
        ({"i": 1.5}, []),
        ({"i": 1e30}, []),
        ({"is": {"from": 1.5}}, [2, 3]),
        ({"cash": {"from": "0.3"}}, [2, 3]),
        ({"values": ["0.1", "1.10", "x"]}, [1, 3]),
        ({"values": {"not": ["0.1", "7"]}}, [2, 3]),
        ({"values": ["0.1"]}, [1]),
        ({"fixed": ["abc", "zz"]}, [1]),
        ({"level": [""]}, [1]),
        ({"level": {"not": [""]}}, [2, 3]),
        # NOT {criteria:outside}: what two criteria together find is left out, no less.
        ({"a": "1", "b": 2}, [1, 2, 3]),
        ({"a": "1", "b": 1}, [2, 3]),
    ],
)
def test_a_value_is_compared_in_the_columns_own_type(
    client: Client, criteria: dict[str, Any], expected: list[int]
) -> None:
    if "a" not in criteria:
        criteria = {**criteria, "b": -1}  # which nothing is left out by
    assert ids(search(client, "measure", criteria)) == expected


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"code": [""]}, [1]),
        ({"code": ["A", ""]}, [1, 3]),
        ({"code": {"not": [""]}}, [2, 3, 4]),
        ({"code": [None]}, [2]),
        ({"code": ["A", None]}, [2, 3]),
        ({"code": {"not": [None]}}, [1, 3, 4]),
        ({"code": {"not": ["A", None]}}, [1, 4]),
        ({"one": [""]}, [1]),
        ({"one": {"not": [""]}}, [2, 3, 4]),
        ({"one": [None]}, [2]),
        ({"one": {"not": [None]}}, [1, 3, 4]),
        ({"code": []}, [1, 2, 3, 4]),
        ({"code": None}, [1, 2, 3, 4]),
        ({"one": ""}, [1, 2, 3, 4]),
    ],
)
def test_an_empty_option_is_one_and_so_is_null(client: Client, criteria: dict[str, Any], expected: list[int]) -> None:
    assert ids(search(client, "item", criteria)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("code.is=empty", [1]),
        ("code.is!=empty", [2, 3, 4]),
        ("code=A&code.is=empty", [1, 3]),
        ("code.is=missing&code.is=empty", [1, 2]),
        ("one.is=missing", [2]),
        ("code=", [1, 2, 3, 4]),
        ("one=", [1, 2, 3, 4]),
    ],
)
def test_an_address_can_name_them(client: Client, query: str, expected: list[int]) -> None:
    answer = client.get(f"/api/v1/interfaces/item/rows?{query}&limit=10")
    assert answer.status_code == 200, answer.text
    assert [row["id"] for row in answer.json] == expected


def test_only_where_the_author_offers_it_null_is_an_option(client: Client) -> None:
    assert fault(search(client, "item", {"plain": [None]})) == "/criteria/plain"
    assert client.get("/api/v1/interfaces/item/rows?code.is=other").status_code == 400


def test_the_option_for_null_is_listed_first_in_the_users_language(client: Client) -> None:
    url = "/api/v1/interfaces/item/options/code"
    answer = client.get(url, headers={"Accept-Language": "fr"}).json["options"]
    assert answer[0] == {"value": None, "label": "Sans code"}
    assert {"value": "", "label": "(empty)"} in answer
    assert client.get(f"{url}?q=code").json["options"] == [{"value": None, "label": "No code"}]
    assert client.get(f"{url}?value=").json["options"] == [{"value": "", "label": "(empty)"}]


WRITTEN_AND_EMPTY = """
title: Written and empty
source: odd
sql: SELECT id, code FROM item WHERE {criteria} ORDER BY id
criteria:
  written: {type: select, column: code, options: [{value: "", label: (empty)}, A, {value: b, label: Bee}]}
  several: {type: select, multiple: true, column: code, options: ["", A, b]}
  nothing: {type: select, column: code, options: {sql: SELECT code FROM item WHERE false}}
  only_missing: {type: select, column: code, options: {sql: SELECT code FROM item WHERE false, missing: No code}}
  only_null: {type: select, column: code, options: {sql: SELECT NULL::text AS value}}
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("written", [("", "(empty)"), ("A", "A"), ("b", "Bee")]),
        ("several", [("", ""), ("A", "A"), ("b", "b")]),
        ("several?q=a", [("A", "A")]),
        ("nothing", []),
        ("nothing?q=a", []),
        ("nothing?value=A", []),
        ("only_missing", [(None, "No code")]),
        ("only_missing?q=a", []),
        ("only_null", []),
    ],
)
def test_options_of_the_file_and_lists_without_any_are_sent_as_they_are(
    portal: Portal, name: str, expected: list[tuple[str | None, str]]
) -> None:
    portal.write("written.yaml", WRITTEN_AND_EMPTY)

    answer = portal.client().get(f"/api/v1/interfaces/written/options/{name}").json

    assert answer == {"options": [{"value": value, "label": label} for value, label in expected], "more": False}


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"written": "A"}, [3]),
        ({"written": ""}, [1, 2, 3, 4]),
        ({"written": [""]}, [1]),
        ({"written": {"not": "A"}}, [1, 2, 4]),
        ({"several": ["", "b"]}, [1, 4]),
        ({"several": {"not": ["", "b"]}}, [2, 3]),
        ({"several": []}, [1, 2, 3, 4]),
        ({"nothing": None}, [1, 2, 3, 4]),
        ({"nothing": "A"}, [3]),
        ({"only_missing": [None]}, [2]),
    ],
)
def test_options_of_the_file_are_searched_by_and_lists_without_any_hinder_nothing(
    portal: Portal, criteria: dict[str, Any], expected: list[int]
) -> None:
    portal.write("written.yaml", WRITTEN_AND_EMPTY)
    client = portal.client()

    assert ids(search(client, "written", criteria)) == expected
    for name in ("written", "several", "nothing", "only_null"):
        assert fault(search(client, "written", {name: [None]})) == f"/criteria/{name}"


@pytest.mark.parametrize("by", ["pasted", "list", "list in a table", "by halves"])
@pytest.mark.parametrize(
    ("name", "good", "bad", "expected"),
    [
        ("ip", "192.168.0.1/24", "192.168.0.999", [1]),
        ("mac", "08:00:2b:01:02:03", "08:00:2b", [1]),
        ("bits", "10101", "10102", [1]),
        ("words", "'rat'", "rat &", [2]),
        ("level", "low", "lowest", [1]),
    ],
)
def test_a_line_that_is_none_of_the_type_is_told_and_the_others_are_searched(
    client: Client, monkeypatch: pytest.MonkeyPatch, by: str, name: str, good: str, bad: str, expected: list[int]
) -> None:
    if by == "list in a table":
        monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 0)
    if by == "by halves":
        monkeypatch.setattr(value_checks, "_ask_malformed", lambda *_: None)
    given: Any = [good, bad, "", good]
    if by.startswith("list"):
        given = {"list": made(client, f"{good}\n{bad}\n\n{good}\n")["id"]}

    answer = search(client, "net", {name: given})

    assert ids(answer) == expected
    missing = client.post(f"/api/v1/interfaces/net/unmatched?criterion={name}", {"criteria": {name: given}})
    if name in ("bits",):
        told = answer.json["unmatched"][name]
        assert (told["values"], told["malformed"], told["matched"]) == (1, 1, 1)
        assert missing.text.splitlines() == ["line,value,problem", f"2,{bad},malformed"]
    assert ids(search(client, "net", {name: {"not": given}})) == [one for one in (1, 2) if one not in expected]


@pytest.mark.parametrize(
    ("criteria", "pointer"),
    [
        ({"host": "192.168.0.999"}, "/criteria/host"),
        ({"query": "rat &"}, "/criteria/query"),
        ({"jump": "$.["}, "/criteria/jump"),
        ({"jump": "$.[", "id": 1}, "/criteria/jump"),
        ({"ip": ["999.1.1.1"], "id": 1}, "/criteria/ip"),
        ({"ratio": 0}, "/criteria/ratio"),
        ({"ratio": 0, "id": 1}, "/criteria/ratio"),
    ],
)
def test_a_single_value_that_the_database_refuses_is_the_users(
    client: Client, criteria: dict[str, Any], pointer: str
) -> None:
    assert fault(search(client, "net", criteria)) == pointer


@pytest.mark.parametrize(
    ("form", "criteria", "said"),
    [
        ("doubtful", {"id": 2}, 'invalid input syntax for type integer: "labs"'),
        ("doubtful", {"code": "labs"}, 'invalid input syntax for type integer: "…"'),
        ("wrong", {"id": 1}, 'column "idd" does not exist'),
    ],
)
def test_what_fails_without_the_users_values_is_the_authors(
    client: Client, form: str, criteria: dict[str, Any], said: str
) -> None:
    answer = search(client, form, criteria)

    assert answer.status_code == 503
    assert said in answer.json["errors"][0]["detail"]


def test_a_character_that_the_database_lacks_is_found_nowhere(client: Client) -> None:
    assert ids(search(client, "client", {"name": "Muller’s"})) == []
    assert ids(search(client, "client", {"name": "Müller"})) == [20001]
    assert len(ids(search(client, "client", {"name": {"not": "Muller’s"}, "names": ["n1", "n2"]}))) == 2
    assert ids(search(client, "client", {"names": ["Zażółć"]})) == []
    assert ids(search(client, "client", {"option": ["n1", "日"]})) == [1]
    assert fault(search(client, "client", {"bound": "日本"})) == "/criteria/bound"
    options = "/api/v1/interfaces/client/options/option"
    for query in ("q=日", "value=日", "q=%00", "value=%00", "name=日"):
        answer = client.get(f"{options}?{query}")
        assert (answer.status_code, answer.json) == (200, {"options": [], "more": False}), query
    assert [one["value"] for one in client.get(f"{options}?value=n1&value=日").json["options"]] == ["n1"]


@pytest.mark.parametrize("way", ["bound", "table", "unnested"])
@pytest.mark.parametrize("name", ["names", "exact"])
def test_one_name_in_a_long_list_costs_that_name_alone(
    client: Client, monkeypatch: pytest.MonkeyPatch, way: str, name: str
) -> None:
    monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 1_000_000 if way == "bound" else 0)
    if way == "unnested":
        monkeypatch.setattr("guichet.sources.postgresql.source.PostgreSQLSource.takes_tables", lambda _: False)
    lines = [f"n{at}" for at in range(1, 15001)]
    uploaded = made(client, "\n".join([*lines[:7], "Zażółć", *lines[7:], "gone", 'Müller, \\ "x"']))
    criteria = {name: {"list": uploaded["id"]}}

    counted = client.post("/api/v1/interfaces/client/count", {"criteria": criteria})
    missing = client.get(f"/api/v1/value-lists/{uploaded['id']}/unmatched?interface=client&criterion={name}")

    assert counted.status_code == 200, counted.text
    assert counted.json["count"] == 15001
    told = counted.json["unmatched"][name]
    assert (told["values"], told["matched"], told["malformed"]) == (15003, 15001, 0)
    assert list(csv.reader(io.StringIO(missing.text))) == [
        ["line", "value", "problem"],
        ["8", "Zażółć", "not found"],
        ["15002", "gone", "not found"],
    ]


def test_pasted_values_are_told_alike(client: Client) -> None:
    criteria = {"names": ["n1", "Zażółć", "none"]}
    answer = search(client, "client", criteria)
    missing = client.post("/api/v1/interfaces/client/unmatched?criterion=names", {"criteria": criteria})

    assert ids(answer) == [1]
    assert answer.json["unmatched"]["names"] | {"url": None} == {"values": 3, "matched": 1, "malformed": 0, "url": None}
    assert list(csv.reader(io.StringIO(missing.text)))[1:] == [["2", "Zażółć", "not found"], ["3", "none", "not found"]]


def test_it_finds_those_that_do_not_fit_by_halves() -> None:
    asked: list[int] = []

    def fit(values: Any) -> bool:
        asked.append(len(values))
        return not {"7", "8", "900"} & set(values)

    found = list(value_checks.find_refused([str(at) for at in range(1000)], fit))

    assert found == ["7", "8", "900"]
    assert len(asked) < 60
