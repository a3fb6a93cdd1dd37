"""What authors have of MariaDB: its tables, a first definition of one, and what is wrong with theirs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from guichet.sources.mariadb.source import MariaDBSource
from tests.conftest import INHERITED, Portal
from tests.mariadb.server import Server

Make = Callable[..., MariaDBSource]


def guichet(portal: Portal, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "guichet.cli", *arguments],
        env={**INHERITED, **portal.environ},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_tables_are_listed_with_about_how_many_rows(portal: Portal) -> None:
    listed = [line.split() for line in guichet(portal, "tables", "--source", "shop").stdout.splitlines()]

    names = {line[1]: line[2] for line in listed}
    assert {name: names[name] for name in ("country", "customer", "visit")} == dict.fromkeys(
        ("country", "customer", "visit"), "table"
    )


def test_a_first_definition_is_written_and_fine(portal: Portal) -> None:
    made = guichet(portal, "new", "--source", "shop", "--table", "customer", "--print")
    assert made.returncode == 0, made.stderr
    portal.write("drafted.yaml", made.stdout)
    checked = guichet(portal, "check")

    assert "LEFT JOIN country" in made.stdout
    assert "`kind`" not in made.stdout
    assert checked.returncode == 0, checked.stdout + checked.stderr
    found = portal.client().post("/api/v1/interfaces/drafted/search", {"criteria": {}})
    assert found.status_code == 200
    assert found.json["count"] == 7


def test_columns_tell_their_keys_types_and_choices(source: MariaDBSource) -> None:
    tables = {table.name: table for table in source.catalogue.tables()}
    columns, hidden = source.catalogue.columns(tables["customer"].id)
    by_name = {column.name: column for column in columns}

    assert hidden == []
    assert (by_name["id"].is_key, by_name["id"].is_unique, by_name["id"].type) == (True, True, "integer")
    assert by_name["name"].is_unique
    assert by_name["kind"].choices == ("private", "firm", "it's")
    assert by_name["is_active"].type == "boolean"
    assert by_name["country"].reference
    assert by_name["country"].reference.table == "country"
    assert tables["customer"].sql_name == "customer"
    assert not tables["customer"].is_system


def test_columns_that_may_not_be_read_are_named(make_source: Make, mariadb: Server) -> None:
    mariadb.run(
        "CREATE USER IF NOT EXISTS some@'%' IDENTIFIED BY 'secret';GRANT SELECT (id, name) ON shop.customer TO some@'%'"
    )
    source = make_source(user="some")
    (table,) = [one for one in source.catalogue.tables() if one.name == "customer"]

    assert [column.name for column in source.catalogue.columns(table.id)[0]] == ["id", "name"]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT c.nope FROM customer AS c WHERE {criteria}", "Unknown column 'c.nope'"),
        ("SELECT c.id FROM nowhere AS c WHERE {criteria}", "nowhere"),
        ("SELECT c.id FORM customer AS c WHERE {criteria}", "SQL syntax"),
        ("SELECT c.id, c.id FROM customer AS c WHERE {criteria}", "Duplicate column name 'id'"),
        ("SELECT c.id FROM customer AS c WHERE {criteria} /*! AND 1 */", "some servers run"),
        ("SELECT 'open FROM customer WHERE {criteria}", "is opened here and not closed"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(portal: Portal, sql: str, told: str) -> None:
    for file in portal.folder.glob("*.yaml"):
        file.unlink()
    portal.write("wrong.yaml", f"title: Wrong\nsource: shop\nsql: {json.dumps(sql)}\n")
    checked = guichet(portal, "check")

    assert checked.returncode != 0
    assert told in checked.stdout + checked.stderr
    assert "wrong.yaml:3" in checked.stdout + checked.stderr


def test_a_user_who_may_write_is_named(portal: Portal, mariadb: Server) -> None:
    portal.environ["SOURCE_SHOP_URL"] = mariadb.url("shop", "owner")
    checked = guichet(portal, "check")
    assert "ALL PRIVILEGES" in checked.stdout + checked.stderr

    portal.environ["SOURCE_SHOP_URL"] = mariadb.url("shop")
    checked = guichet(portal, "check")
    assert "is read by" not in checked.stdout + checked.stderr


def test_a_search_is_shown_as_it_is_sent(portal: Portal) -> None:
    shown = guichet(portal, "show", "customers", "exact=O'Hara \\ 50%_!")

    assert "c.name = 'O''Hara \\\\ 50%_!'" in shown.stdout
    assert "O'Hara" in shown.stdout.rpartition("First rows")[2]
