"""Value lists, kept and pasted, in each way that one takes to Spark."""

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

__all__ = ["anne", "mailbox"]
API = "/api/v1/interfaces"
VALUES = "code-1\nCODE-2\ncode-20001\nNobody “here”\ncode-3\ncode-1\n"


@pytest.fixture
def portal(portal: Portal, portal_database_url: str) -> Portal:
    portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    run_sql(portal_database_url, "TRUNCATE guichet.value_list, guichet.saved_search CASCADE")
    return portal


@pytest.fixture(params=["bound", "table"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Has even short lists go each way that a list may take to a source."""
    if request.param == "table":
        monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 0)
    return str(request.param)


def found(
    client: Client, interface: str, criteria: dict[str, Any], name: str
) -> tuple[int, tuple[int, int], list[str]]:
    """Returns the rows, the values found and malformed, and the lines of the others."""
    told = client.post(f"{API}/{interface}/search", {"criteria": criteria}).json
    unmatched = told["unmatched"][name]
    lines = client.post(f"{API}/{interface}/unmatched?criterion={name}", {"criteria": criteria})
    assert lines.status_code == 200, lines.text
    return told["count"], (unmatched["matched"], unmatched["malformed"]), lines.text.splitlines()[1:]


def test_rows_are_found_by_a_list_and_its_other_values_named(client: Client, way: str) -> None:
    codes = {"code": {"list": made(client, VALUES)["id"]}}

    assert found(client, "visits", codes, "code") == (
        2,
        (2, 0),
        ["2,CODE-2,not found", "3,code-20001,not found", "4,Nobody “here”,not found"],
    )
    assert client.post(f"{API}/visits/count", {"criteria": {"code": {"not": codes["code"]}}}).json["count"] == 19_998


def test_numbers_are_compared_as_numbers(client: Client, way: str) -> None:
    accounts = {"account": {"list": made(client, "12345678901234567890\n2\nabc\n99.5\n3\n")["id"]}}

    count, _, lines = found(client, "customers", accounts, "account")
    assert (count, lines) == (2, ["2,2,not found", "3,abc,malformed", "4,99.5,not found"])


def test_a_long_list_is_sent_as_a_view(client: Client) -> None:
    codes = "".join(f"code-{at}\n" for at in range(10_001, 40_001))
    criteria = {"code": {"list": made(client, codes)["id"]}}

    assert client.post(f"{API}/visits/count", {"criteria": criteria}).json["count"] == 10_000


def test_an_extract_has_rows_and_what_was_not_found(portal: Portal, anne: Client) -> None:
    codes = {"code": {"list": made(anne, VALUES)["id"]}}
    with working(portal):
        extract = ask(anne, "visits", criteria=codes)
        assert wait_for(anne, extract, "done", "failed", seconds=60)["state"] == "done"

    with archive(anne, extract) as file:
        names = file.namelist()
        rows = list(csv.reader(io.StringIO(file.read(names[0]).decode())))
        assert sorted(row[2] for row in rows[1:]) == ["code-1", "code-3"]
        assert len(file.read("not_found.csv").decode().splitlines()) == 4
        manifest = json.loads(file.read("manifest.json"))
    assert manifest["one_moment"] is False
    assert manifest["value_lists"]["code"]["not_found"] == 3
