"""The demo's data: the same rows every time, loaded only when something has changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

import demo_data
import embedded_postgres

COMPANIES = 4000  # enough for every odd name to turn up


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded_postgres.Server]:
    server = embedded_postgres.open_server(tmp_path_factory.mktemp("postgres"), fast=True)
    child = embedded_postgres.start(server)
    demo_data.prepare(server)
    for name in demo_data.outdated(server, COMPANIES):
        demo_data.load(server, name, COMPANIES)
    yield server
    embedded_postgres.stop(server.account.data)
    child.wait(10)


def ask(server: embedded_postgres.Server, query: str, database: str = "crm") -> list[tuple[Any, ...]]:
    url = server.url(demo_data.READER, database)
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_it_is_loaded_once(server: embedded_postgres.Server) -> None:
    demo_data.prepare(server)
    assert demo_data.outdated(server, COMPANIES) == []
    assert demo_data.outdated(server, COMPANIES + 1) == ["crm"]


def test_it_has_five_contacts_for_each_company(server: embedded_postgres.Server) -> None:
    assert ask(server, "SELECT (SELECT count(*) FROM company), (SELECT count(*) FROM contact)") == [
        (COMPANIES, 5 * COMPANIES)
    ]


def test_it_is_the_same_every_time(server: embedded_postgres.Server) -> None:
    digest = "SELECT md5(string_agg(contact::text, '' ORDER BY id)) FROM contact"
    before = ask(server, digest)
    demo_data.load(server, "crm", COMPANIES)
    assert ask(server, digest) == before


def test_a_smaller_one_is_the_beginning_of_a_larger_one(server: embedded_postgres.Server) -> None:
    digest = "SELECT md5(string_agg(company::text, '' ORDER BY id)) FROM company WHERE id <= 100"
    before = ask(server, digest)
    demo_data.load(server, "crm", 100)
    assert ask(server, digest) == before
    demo_data.load(server, "crm", COMPANIES)


def test_every_country_of_iso_3166_is_there(server: embedded_postgres.Server) -> None:
    query = "SELECT count(*), bool_and(alpha2 ~ '^[A-Z]{2}$'), max(id) FROM country"
    assert ask(server, query) == [(249, True, 894)]


@pytest.mark.parametrize(
    "condition",
    [
        "company.name LIKE '+%'",
        "company.name LIKE '-%'",
        "company.name LIKE '=%'",
        "company.name LIKE '@%'",
        "company.name LIKE '%\"%'",
        "company.name LIKE '%;%'",
        "company.registration LIKE '00%'",
        "company.website = ''",
        "company.website IS NULL",
        "company.note LIKE E'%\\n%'",
        "contact.first_name ~ '[ÉŁë]'",
        "contact.last_name IN ('王', 'Иванова')",
        "contact.email = ''",
        "contact.email IS NULL",
    ],
)
def test_it_has_what_catches_out_a_portal(server: embedded_postgres.Server, condition: str) -> None:
    query = f"SELECT count(*) FROM company LEFT JOIN contact ON company_id = company.id WHERE {condition}"
    assert ask(server, query)[0][0] > 0


def test_the_laboratory_has_the_types_beside_text_and_numbers(server: embedded_postgres.Server) -> None:
    query = "SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = 'public'"
    types = {name for (name,) in ask(server, query, "lab")}
    assert {"macaddr", "inet", "uuid", "jsonb", "ARRAY", "numrange", "daterange", "interval", "boolean"} <= types
