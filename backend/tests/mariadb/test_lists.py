"""Value lists, kept and pasted, in each way that one takes to MariaDB; extracts with what was not found."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from guichet.search import value_list_binding
from tests.api.test_extracts import anne, archive, ask, mailbox, wait_for, working
from tests.api.test_value_lists import made
from tests.conftest import Client, Portal, run_sql
from tests.mariadb.server import Server

__all__ = ["anne", "mailbox"]
API = "/api/v1/interfaces"
VALUES = "code-1\nCODE-2\ncode-20001\nNobody “here”\ncode-3\ncode-1\n"


@pytest.fixture
def portal(portal: Portal, portal_database_url: str) -> Portal:
    portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    run_sql(portal_database_url, "TRUNCATE guichet.value_list, guichet.saved_search CASCADE")
    return portal


@pytest.fixture(params=["bound", "table", "unnested"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, portal: Portal, mariadb: Server) -> str:
    """Has even short lists go each way that a list may take to a source."""
    if request.param != "bound":
        monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 0)
    if request.param == "unnested":
        portal.environ["SOURCE_SHOP_URL"] = mariadb.url("shop", "bare")
    return str(request.param)


def found(
    client: Client, interface: str, criteria: dict[str, Any], name: str
) -> tuple[int, tuple[int, int], list[str]]:
    """Returns the rows, the values found and malformed, and the lines of the others."""
    told = [client.post(f"{API}/{interface}/{call}", {"criteria": criteria}).json for call in ("count", "search")]
    unmatched = [answer["unmatched"][name] for answer in told]
    assert told[0]["count"] == told[1]["count"]
    assert len({(one["matched"], one["malformed"]) for one in unmatched}) == 1
    lines = client.post(f"{API}/{interface}/unmatched?criterion={name}", {"criteria": criteria})
    assert lines.status_code == 200, lines.text
    return told[0]["count"], (unmatched[0]["matched"], unmatched[0]["malformed"]), lines.text.splitlines()[1:]


def test_rows_are_found_by_a_list_and_its_other_values_named(client: Client, way: str) -> None:
    codes = {"code": {"list": made(client, VALUES)["id"]}}

    assert found(client, "visits", codes, "code") == (
        3,
        (3, 0),
        ["3,code-20001,not found", "4,Nobody “here”,not found"],
    )
    assert client.post(f"{API}/visits/count", {"criteria": {"code": {"not": codes["code"]}}}).json["count"] == 19_997


def test_pasted_values_are_named_too(client: Client) -> None:
    values = [*VALUES.splitlines(), "x" * 190]

    assert found(client, "visits", {"code": values}, "code") == (
        3,
        (3, 0),
        ["3,code-20001,not found", "4,Nobody “here”,not found", f"7,{'x' * 190},not found"],
    )


def test_numbers_are_compared_as_numbers(client: Client, way: str) -> None:
    ids = {"id": {"list": made(client, "1\n2\nabc\n5 apples\n99\n")["id"]}}

    assert found(client, "customers", ids, "id") == (
        2,
        (2, 2),
        ["3,abc,malformed", "4,5 apples,malformed", "5,99,not found"],
    )


def test_an_extract_has_rows_and_what_was_not_found(portal: Portal, anne: Client, way: str) -> None:
    codes = {"code": {"list": made(anne, VALUES)["id"]}}
    with working(portal):
        extract = ask(anne, "visits", criteria=codes)
        assert wait_for(anne, extract, "done", "failed", seconds=60)["state"] == "done"

    with archive(anne, extract) as file:
        names = file.namelist()
        rows = list(csv.reader(io.StringIO(file.read(names[0]).decode())))
        assert [row[2] for row in rows[1:]] == ["code-1", "code-2", "code-3"]
        assert file.read("not_found.csv").decode().splitlines()[1:] == [
            "3,code-20001,not found",
            "4,Nobody “here”,not found",
        ]
        manifest = json.loads(file.read("manifest.json"))
    assert "one_moment" not in manifest
    assert manifest["value_lists"]["code"]["not_found"] == 2
