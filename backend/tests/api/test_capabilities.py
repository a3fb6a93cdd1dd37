"""A kind of database that can do less: each part that depends on something asks, and does without or says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from guichet import errors
from guichet import portal as wiring
from guichet.authoring import check as checking
from guichet.authoring import check_capabilities, scaffold, tables
from guichet.search import execution, value_list_binding
from guichet.settings import settings
from guichet.sources import kinds
from guichet.sources.protocol import Capabilities, Source
from guichet.sql.postgresql.dialect import POSTGRESQL
from tests.api.conftest import wait_until
from tests.api.test_extracts import EXTRACTS, archive, ask, state, wait_for, working
from tests.api.test_value_lists import made
from tests.conftest import INHERITED, Portal, run_sql

KINDS = Path(__file__).parents[1] / "kinds"
# With the other package installed.
PATH = os.pathsep.join([str(KINDS), INHERITED["PYTHONPATH"]])
HERE = Path(__file__).parent
API = "/api/v1/interfaces"
NUMBERS = """
title: Numbers
source: shop
sql: SELECT n FROM (SELECT generate_series(1, {rows}) AS n) AS made WHERE {{criteria}}
criteria:
  n: {{type: values, column: n}}
"""

Make = Callable[..., Portal]


@pytest.fixture
def make(make_portal: Make, shop: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a portal on a toy that can't do some things: `make("estimate", "snapshot")`."""
    monkeypatch.syspath_prepend(KINDS)
    kinds.all_kinds.cache_clear()

    def build(*absent: str, url: str = shop) -> Portal:
        toy = urlsplit(url)._replace(scheme="toy", query=f"cannot={','.join(absent)}").geturl()
        portal = make_portal(shop=toy)
        portal.write("numbers.yaml", NUMBERS.format(rows=50))
        return portal

    yield build
    kinds.all_kinds.cache_clear()


def source_of(portal: Portal) -> Source:
    return wiring.build_sources(settings.read_settings(portal.environ))["shop"]


def run(portal: Portal, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line beside a portal, with the other package installed."""
    environ = {**INHERITED, **portal.environ, "PYTHONPATH": PATH}
    command = [sys.executable, "-m", "guichet.cli", *arguments]
    return subprocess.run(command, env=environ, cwd=portal.folder.parent, capture_output=True, text=True, check=False)


def count(portal: Portal, **query: Any) -> Any:
    return portal.client().post(f"{API}/numbers/count", {"criteria": {}}, query_string=query)


def test_there_is_a_sentence_for_each_of_them() -> None:
    assert set(check_capabilities.ABSENT) == set(Capabilities.__dataclass_fields__)


def test_a_form_says_what_its_database_cannot_do(make: Make) -> None:
    portal = make("estimate", "snapshot")

    assert portal.client().get(f"{API}/numbers").json["absent"] == ["estimate", "snapshot", "writes"]


def test_the_check_says_what_a_database_cannot_do_in_one_line(make: Make) -> None:
    done = run(make("read_only", "cancel"), "check")

    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("note: source `shop`")]
    assert all(check_capabilities.ABSENT[name] in line for name in ("cancel", "read_only", "writes"))
    assert check_capabilities.ABSENT["estimate"] not in line


def test_without_an_estimate_rows_are_counted(make: Make) -> None:
    portal = make("estimate")

    found = count(portal, estimate=1).json

    assert (found["count"], found["estimate"]) == (50, False)


def test_without_an_estimate_what_takes_too_long_to_count_has_no_number(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = make("estimate")
    portal.write("numbers.yaml", NUMBERS.format(rows=10**15) + "limits: {display_rows: 5, interactive_seconds: 1}\n")
    monkeypatch.setattr(execution, "PREVIEW_SECONDS", 0.3)

    heavy = portal.client().post(f"{API}/numbers/search", {"criteria": {}})

    assert (heavy.json["count"], heavy.json["estimated_count"]) == (None, None)
    assert count(portal, estimate=1).status_code == 504


def test_without_a_time_limit_nothing_is_counted_for_an_estimate(make: Make) -> None:
    portal = make("time_limit")
    portal.write("numbers.yaml", NUMBERS.format(rows=10**15))

    assert count(portal, estimate=1).json["estimate"] is True


def test_without_a_time_limit_no_rows_are_sampled(make: Make) -> None:
    table = tables.read(source_of(make("time_limit")), POSTGRESQL, "customer")

    assert not any(one.few_values for one in table.columns)
    assert scaffold.write("shop", table, POSTGRESQL)


@pytest.mark.parametrize("absent", [(), ("temporary_tables",), ("temporary_tables", "snapshot"), ("snapshot",)])
def test_long_lists_find_the_same_without_tables_and_moments(
    make: Make, portal_database_url: str, monkeypatch: pytest.MonkeyPatch, absent: tuple[str, ...]
) -> None:
    monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 2)
    portal = make(*absent)
    portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    client = portal.client()
    listed = made(client, "1\n7\n77\n50\n", interface="numbers", criterion="n")

    found = client.post(f"{API}/numbers/search", {"criteria": {"n": {"list": listed["id"]}}}).json
    missing = client.get(f"/api/v1/value-lists/{listed['id']}/unmatched?interface=numbers&criterion=n")

    assert found["rows"] == [[1], [7], [50]]
    assert missing.text == "line,value,problem\n3,77,not found\n"


@pytest.fixture
def make_extracting(make: Make, portal_database_url: str) -> Iterator[Make]:
    """Makes the same with a portal database, for extracts."""

    def build(*absent: str) -> Portal:
        portal = make(*absent)
        portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
        return portal

    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery, guichet.profile")
    yield build
    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery, guichet.profile")


@pytest.mark.parametrize(("absent", "told"), [((), None), (("snapshot",), False)])
def test_a_manifest_says_that_its_files_are_of_several_moments(
    make_extracting: Make, absent: tuple[str, ...], told: bool | None
) -> None:
    portal = make_extracting(*absent)
    client = portal.client()
    asked = ask(client, criteria={"n": ["1", "2", "99"]})

    with working(portal, PYTHONPATH=PATH):
        wait_for(client, asked, "done", seconds=60)

    found = archive(client, asked)
    assert "not_found.csv" in found.namelist()
    assert json.loads(found.read("manifest.json")).get("one_moment") is told


def test_an_extract_that_no_database_cancels_ends_at_its_next_rows(
    make_extracting: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = make_extracting("cancel", "estimate")
    portal.write(
        "endless.yaml",
        "title: E\nsource: shop\n"
        "sql: SELECT generate_series(1, 1000000000) AS n, repeat('x', 9000) AS long, pg_sleep(0.001)::text AS slept\n",
    )
    monkeypatch.setattr(execution, "PREVIEW_SECONDS", 0.3)
    client = portal.client()
    asked = ask(client, "endless")

    with working(portal, PYTHONPATH=PATH):
        wait_until(lambda: state(client, asked)["rows"] > 0, seconds=60)
        client.delete(f"{EXTRACTS}/{asked['id']}")
        wait_for(client, asked, "cancelled", seconds=60)


def test_records_in_what_cannot_be_written_are_refused(
    make: Make, make_database: Callable[..., str], portal_database_url: str
) -> None:
    lab = make_database(HERE / "records" / "lab.sql")
    portal = make(url=lab)
    portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    text = (HERE / "records" / "sites.yaml").read_text("utf-8").replace("source: lab", "source: shop")
    portal.write("sites.yaml", text)
    read = settings.read_settings(portal.environ)

    reports = checking.check(wiring.build_registry(read), wiring.build_sources(read), {}, read.portal_dir, ["sites"])
    client = portal.client()
    answer = client.post(f"{API}/sites/records/1", {"values": {"name": "x"}})

    assert ["can't be written to" in one.detail for one in reports[0].problems] == [True]
    assert reports[0].note is None
    assert client.get(f"{API}/sites").json["record"]["editable"] is False
    assert (answer.status_code, answer.json["detail"]) == (
        403,
        "These records can only be read: their database takes no changes.",
    )


def test_a_kind_that_cannot_write_takes_no_url_to_write_by(make: Make) -> None:
    portal = make()
    portal.environ["SOURCE_SHOP_WRITE_URL"] = portal.environ["SOURCE_SHOP_URL"]

    with pytest.raises(errors.SettingsError, match="records in Toy can't be written"):
        settings.read_settings(portal.environ)


def test_without_a_catalogue_tables_and_new_say_so(make: Make) -> None:
    portal = make("catalogue")

    every, one = run(portal, "tables"), run(portal, "tables", "--source", "shop")
    new = run(portal, "new", "--source", "shop", "--table", "customer")

    assert (every.returncode, every.stderr) == (0, "note: source `shop` doesn't tell its tables.\n")
    assert (one.returncode, new.returncode) == (1, 1)
    assert "does not tell its tables" in one.stderr
    assert "does not tell its tables" in new.stderr


def test_a_kind_without_advice_is_checked_all_the_same(make: Make) -> None:
    portal = make()
    portal.write("unnamed.yaml", "title: U\nsource: shop\nsql: SELECT 1 AS one, 2\n")
    read = settings.read_settings(portal.environ)

    reports = checking.check(wiring.build_registry(read), wiring.build_sources(read), {}, read.portal_dir)

    assert [report.problems for report in reports] == [(), ()]
