"""Text without accents and capitals: what finds it, in databases of several encodings and locales."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from guichet import portal as wiring
from guichet.authoring import check as checking
from guichet.settings import settings
from guichet.sql.postgresql import conditions
from tests.conftest import Client, Portal, run_sql

ROWS = """
CREATE TABLE client (id int, name text);
INSERT INTO client VALUES (1, 'Müller'), (2, 'plain'), (3, 'Château d’Yquem'), (4, U&'Cha\\0302teau plat'),
  (5, '100%_é'), (6, NULL), (7, 'ÉCLAIR');
"""
FORM = """
title: Clients
source: lab
sql: SELECT id, name FROM client WHERE {criteria} ORDER BY id
criteria:
  name: { type: text, column: name, ignore_accents: true }
  begin: { type: text, column: name, match: prefix, ignore_accents: true }
  kept: { type: text, column: name }
  chosen: { type: select, column: id, options: { sql: "SELECT id AS value, name AS label FROM client ORDER BY id" } }
"""


@pytest.fixture(scope="module")
def of_locale(server_url: str) -> Iterator[Callable[..., str]]:
    made: list[str] = []

    def make(encoding: str, locale: str, sql: str) -> str:
        name = f"guichet_test_{uuid.uuid4().hex[:12]}"
        options = f"TEMPLATE template0 ENCODING '{encoding}' LOCALE_PROVIDER libc LOCALE '{locale}'"
        run_sql(server_url, f'CREATE DATABASE "{name}" {options}')
        made.append(name)
        url = urlsplit(server_url)._replace(path=f"/{name}").geturl()
        run_sql(url, sql)
        return url

    yield make
    for name in made:
        run_sql(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module", params=["unicode", "C"])
def lab(request: pytest.FixtureRequest, make_database: Callable[..., str], of_locale: Callable[..., str]) -> str:
    return make_database(sql=ROWS) if request.param == "unicode" else of_locale("UTF8", "C", ROWS)


@pytest.fixture
def client(make_portal: Callable[..., Portal], lab: str) -> Client:
    portal = make_portal(lab=lab)
    portal.write("clients.yaml", FORM)
    return portal.client()


@pytest.mark.parametrize(
    ("criteria", "ids"),
    [
        ({"name": "chateau"}, [3, 4]),
        ({"name": "CHÂTEAU"}, [3, 4]),
        ({"name": "MÜLLER"}, [1]),
        ({"name": "muller"}, [1]),
        ({"name": "Muẗller"}, []),
        ({"name": "%_e"}, [5]),
        ({"name": "eclair"}, [7]),
        ({"name": {"not": "a"}}, [1, 5, 6]),
        ({"begin": "chateau p"}, [4]),
        ({"kept": "chateau"}, []),
        ({"kept": "PLAIN"}, [2]),
    ],
)
def test_text_is_found_without_its_accents(client: Client, criteria: dict[str, object], ids: list[int]) -> None:
    answer = client.post("/api/v1/interfaces/clients/search", {"criteria": criteria})
    assert answer.status_code == 200, answer.json
    assert [row[0] for row in answer.json["rows"]] == ids


@pytest.mark.parametrize(("typed", "ids"), [("chateau", [3, 4]), ("PLÄIN", [2]), ("%", [5]), ("müll", [1])])
def test_options_are_found_without_their_accents(client: Client, typed: str, ids: list[int]) -> None:
    answer = client.get("/api/v1/interfaces/clients/options/chosen", query_string={"q": typed})
    assert [one["value"] for one in answer.json["options"]] == ids


def test_an_index_on_the_expression_answers_a_search(lab: str) -> None:
    run_sql(lab, f"CREATE INDEX IF NOT EXISTS folded ON client (({conditions.without_accents('name')}))")


def reports(portal: Portal) -> list[checking.Report]:
    configured = settings.read_settings(portal.environ)
    return checking.check(
        wiring.build_registry(configured), wiring.build_sources(configured), {}, configured.portal_dir
    )


def test_the_check_says_what_a_database_of_locale_c_cant_find(
    make_portal: Callable[..., Portal], make_database: Callable[..., str], of_locale: Callable[..., str]
) -> None:
    portal = make_portal(lab=make_database(sql=ROWS), plain=of_locale("UTF8", "C", ROWS))
    portal.write("a.yaml", FORM)
    portal.write("b.yaml", FORM.replace("source: lab", "source: plain"))

    unicode, c = reports(portal)

    assert (unicode.problems, unicode.notes, c.problems) == ((), (), ())
    (note,) = c.notes
    assert note.startswith("b: the database of source `plain` knows capitals of ASCII letters only")
    assert "does not find Müller by `kept`. `ignore_accents: true`" in note


def test_where_accents_cant_be_told_the_check_says_what_is_needed(
    make_portal: Callable[..., Portal], of_locale: Callable[..., str]
) -> None:
    latin = "CREATE TABLE client (id int, name text); INSERT INTO client VALUES (1, 'Château'), (2, 'Chateau')"
    portal = make_portal(lab=of_locale("LATIN1", "C", latin))
    portal.write("clients.yaml", FORM)

    (report,) = reports(portal)

    assert [one.detail.partition(": `")[0] for one in report.problems] == [
        "the database of source `lab` has the encoding LATIN1, in which PostgreSQL can't tell accents from letters"
    ] * 2
    client = portal.client()
    found = client.post("/api/v1/interfaces/clients/search", {"criteria": {"kept": "Châ"}})
    assert [row[0] for row in found.json["rows"]] == [1]
    options = client.get("/api/v1/interfaces/clients/options/chosen", query_string={"q": "Châ"})
    assert [one["value"] for one in options.json["options"]] == [1]


@pytest.mark.parametrize(
    ("criterion", "problem"),
    [
        ("{ type: text, where: 'name = :name', ignore_accents: true }", "`ignore_accents` needs `column`"),
        ("{ type: text, column: name, match: exact, ignore_accents: true }", "exact means exact"),
    ],
)
def test_it_is_refused_where_it_means_nothing(
    make_portal: Callable[..., Portal], lab: str, criterion: str, problem: str
) -> None:
    portal = make_portal(lab=lab)
    portal.write(
        "odd.yaml", f"title: T\nsource: lab\nsql: SELECT 1 WHERE {{criteria}}\ncriteria:\n  name: {criterion}\n"
    )
    (report,) = reports(portal)
    assert problem in report.problems[0].detail
