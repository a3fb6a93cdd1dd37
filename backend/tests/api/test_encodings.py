"""A database that does not know the encoding of its texts: the operator says it, or is told which row needs it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from urllib.parse import urlsplit

import openpyxl
import pytest

from guichet import errors
from guichet.search import value_list_binding
from guichet.settings import settings
from tests.api.test_extracts import archive, wait_for, working
from tests.api.test_value_lists import made
from tests.conftest import Client, Portal, run_sql

FORM = """
title: Clients of the old database
source: old
key: id
sql: SELECT id, name FROM client WHERE {criteria} ORDER BY id
criteria:
  name: {type: text, column: name}
  names: {type: values, column: name}
  one: {type: select, column: name, options: {sql: SELECT name FROM client}}
"""
URL = "/api/v1/interfaces/old"


@pytest.fixture(scope="module")
def old(server_url: str) -> str:
    run_sql(server_url, "DROP DATABASE IF EXISTS guichet_old")
    run_sql(server_url, "CREATE DATABASE guichet_old TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    url = urlsplit(server_url)._replace(path="/guichet_old").geturl()
    run_sql(url, "CREATE TABLE client (id int, name text)")
    run_sql(url, r"INSERT INTO client VALUES (1, 'plain'), (2, E'M\xfcller'), (3, E'\xfcber')")
    return url


@pytest.fixture
def portal(make_portal: Callable[..., Portal], old: str, portal_database_url: str) -> Portal:
    portal = make_portal(old=old)
    portal.environ |= {
        "PORTAL_DATABASE_URL": portal_database_url,
        "ARCHIVE_DIR": str(portal.folder.parent / "archives"),
    }
    portal.write("old.yaml", FORM)
    return portal


@pytest.fixture
def named(portal: Portal) -> Client:
    portal.environ["SOURCE_OLD_ENCODING"] = "Latin-1"
    return portal.client()


def test_its_texts_are_read_in_the_encoding_that_the_operator_names(named: Client) -> None:
    everything = named.post(f"{URL}/search", {"criteria": {}}).json["rows"]
    assert everything == [[1, "plain"], [2, "Müller"], [3, "über"]]
    for criteria in ({"name": "Müller"}, {"names": ["Müller", "Łódź"]}, {"one": "Müller"}):
        found = named.post(f"{URL}/search", {"criteria": criteria}).json
        assert found["rows"] == [[2, "Müller"]]
    assert named.post(f"{URL}/search", {"criteria": {"name": "Łódź"}}).json["rows"] == []
    assert named.get(f"{URL}/options/one?q=ü").json["options"] == [
        {"value": "Müller", "label": "Müller"},
        {"value": "über", "label": "über"},
    ]


def test_every_file_of_it_is_in_utf_8(portal: Portal, named: Client) -> None:
    body = {"criteria": {"names": ["Müller", "Łódź"]}}
    asked = named.post("/api/v1/extracts", {"interface": "old", **body}).json
    with working(portal):
        wait_for(named, asked, "done", seconds=60)
    found = archive(named, asked)
    assert found.read("old.csv").decode() == "Id,Name\n2,Müller\n"
    assert found.read("not_found.csv").decode() == "line,value,problem\n2,Łódź,not found\n"
    assert named.post(f"{URL}/csv", body).text == "Id,Name\n2,Müller\n"
    assert json.loads(named.post(f"{URL}/rows?format=ndjson", body).text) == {"id": 2, "name": "Müller"}
    assert named.post(f"{URL}/rows?limit=5", body).json == [{"id": 2, "name": "Müller"}]
    book = openpyxl.load_workbook(io.BytesIO(named.post(f"{URL}/xlsx", body).get_data()))
    assert book.worksheets[0]["B2"].value == "Müller"


@pytest.mark.parametrize("way", ["bound", "table"])
def test_lists_reach_it_too(named: Client, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 1000 if way == "bound" else 0)
    given = {"list": made(named, "Müller\nŁódź\nüber\n")["id"]}
    answer = named.post(f"{URL}/count", {"criteria": {"names": given}}).json
    assert answer["count"] == 2
    assert answer["unmatched"]["names"]["matched"] == 2
    missing = named.post(f"{URL}/unmatched?criterion=names", {"criteria": {"names": given}})
    assert missing.text == "line,value,problem\n2,Łódź,not found\n"


@pytest.mark.parametrize("path", ["search", "csv", "xlsx", "rows?limit=5", "rows?format=csv", "summary"])
def test_without_it_the_row_and_the_column_are_named(portal: Portal, path: str) -> None:
    body = {"criteria": {}} | ({"columns": ["name"]} if path == "summary" else {})
    answer = portal.client().post(f"{URL}/{path}", body)
    assert answer.status_code == 503
    assert answer.json["type"] == "urn:guichet:problem:unreadable-text"
    assert answer.json["detail"] == (
        "Row 2 has a text in the column “name” that is not in UTF-8. Whoever runs the portal can name the encoding of"
        " the database by SOURCE_OLD_ENCODING."
    )
    assert portal.client().post(f"{URL}/count", {"criteria": {}}).json["count"] == 3
    assert portal.client().post(f"{URL}/search", {"criteria": {"name": "plain"}}).json["rows"] == [[1, "plain"]]


def test_an_encoding_must_be_one(old: str, portal: Portal) -> None:
    for given in ("latin-99", "rot13", "utf-16"):
        with pytest.raises(errors.SettingsError, match="SOURCE_OLD_ENCODING"):
            portal.app(SOURCE_OLD_ENCODING=given)
    with pytest.raises(errors.SettingsError, match="SOURCE_NEW_ENCODING needs SOURCE_NEW_URL"):
        settings.read_settings({**portal.environ, "SOURCE_NEW_ENCODING": "latin1"})
