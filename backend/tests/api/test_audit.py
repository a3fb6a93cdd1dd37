"""The audit: who searched, counted, extracted and downloaded what, on a real portal database."""

from __future__ import annotations

import csv
import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from guichet import cli
from guichet.audit import entries
from guichet.audit.entries import AuditEntry
from guichet.audit.recorder import Recorder
from guichet.portal_db import migrate as migrations
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from tests.api.conftest import wait_until
from tests.api.test_extracts import ask, wait_for, working
from tests.conftest import Client, Portal, run_sql

NUMBERS = "/api/v1/interfaces/numbers"
ENTRY = AuditEntry("anne", "count", "numbers", {"up_to": 3}, rows=3)
COUNTED = "SELECT count(*) FROM guichet.audit"


def opened(url: str) -> PortalDatabase:
    return PortalDatabase(SecretStr(url), PoolLimits(2, 5, 5))


@pytest.fixture
def anne(portal: Portal, portal_database_url: str) -> Iterator[Client]:
    portal.environ |= {
        "PORTAL_DATABASE_URL": portal_database_url,
        "ARCHIVE_DIR": str(portal.folder.parent / "archives"),
    }
    run_sql(portal_database_url, "TRUNCATE guichet.audit")
    yield portal.client("anne")
    run_sql(portal_database_url, "TRUNCATE guichet.audit, guichet.extract, guichet.delivery")


@pytest.fixture
def audited(portal_database_url: str) -> Callable[[int], list[dict[str, Any]]]:
    """Waits until there are so many entries, and returns them."""

    def read(number: int) -> list[dict[str, Any]]:
        wait_until(lambda: run_sql(portal_database_url, COUNTED) == [(number,)])
        columns = ("user_name", "action", "interface", "criteria", "rows", "duration_ms", "details")
        found = run_sql(portal_database_url, f"SELECT {', '.join(columns)} FROM guichet.audit ORDER BY at, id")
        return [dict(zip(columns, row, strict=True)) for row in found]

    return read


@pytest.mark.parametrize(
    ("call", "body", "action", "rows", "details"),
    [
        ("count", {}, "count", 7, {}),
        ("search", {}, "search", 7, {}),
        ("search", {"criteria": {"up_to": 2000}, "extract": False}, "search", 100, {"heavy": "rows"}),
        ("summary", {"columns": ["n"]}, "summarize", 7, {}),
        ("csv", {}, "download", 7, {"format": "csv"}),
        ("xlsx", {}, "download", 7, {"format": "xlsx"}),
    ],
)
def test_it_keeps_what_was_answered(
    anne: Client, audited: Any, call: str, body: dict[str, Any], action: str, rows: int, details: dict[str, Any]
) -> None:
    asked = {"criteria": {"up_to": 7}, **body}
    answer = anne.post(f"{NUMBERS}/{call}", asked)
    assert answer.status_code in (200, 202), answer.json
    (entry,) = audited(1)
    assert (entry.pop("duration_ms") is None) == (action == "download")
    assert entry == {
        "user_name": "anne",
        "action": action,
        "interface": "numbers",
        "criteria": asked["criteria"],
        "rows": rows,
        "details": {"request": answer.headers["X-Request-Id"], **details},
    }


def test_an_estimate_and_a_refused_search_are_not_kept(anne: Client, audited: Any) -> None:
    anne.post(f"{NUMBERS}/count?estimate=1", {})
    anne.post(f"{NUMBERS}/count", {"criteria": {"up_to": "many"}})
    anne.post(f"{NUMBERS}/count", {})
    assert [entry["rows"] for entry in audited(1)] == [5000]


def test_an_extract_is_kept_when_it_ends_and_each_time_it_is_downloaded(
    portal: Portal, anne: Client, audited: Any
) -> None:
    asked = ask(anne, criteria={"up_to": 3000})
    with working(portal):
        done = wait_for(anne, asked, "done")
    anne.get(done["archive_url"], headers={"Range": "bytes=10-"})
    extracted, downloaded = audited(2)
    assert extracted["duration_ms"] > 0
    assert (extracted["action"], extracted["rows"], extracted["criteria"]) == ("extract", 3000, {"up_to": 3000})
    assert extracted["details"] == {"extract": asked["id"], "state": "done", "bytes": done["archive_bytes"]}
    assert (downloaded["action"], downloaded["rows"]) == ("download", 3000)
    assert downloaded["details"]["range"] == "bytes=10-"


def test_it_is_printed_as_csv(anne: Client, audited: Any, portal: Portal, tmp_path: Path) -> None:
    portal.client("ben").post(f"{NUMBERS}/count", {"criteria": {"up_to": 5}})
    audited(1)
    environ = {**portal.environ, "LOG_FILE_PATH": str(tmp_path / "log")}
    printed = CliRunner().invoke(cli.main, ["audit", "--since", "2026-01-01"], env=environ)
    assert printed.exit_code == 0, printed.output
    (row,) = csv.DictReader(io.StringIO(printed.output))
    assert (row["user"], row["action"], row["interface"], row["rows"]) == ("ben", "count", "numbers", "5")
    assert json.loads(row["criteria"]) == {"up_to": 5}
    none = CliRunner().invoke(cli.main, ["audit", "--until", "2026-01-01"], env=environ)
    assert list(csv.DictReader(io.StringIO(none.output))) == []


def test_a_portal_without_a_database_has_no_audit_and_answers_all_the_same(portal: Portal) -> None:
    assert portal.client().post(f"{NUMBERS}/count", {}).json["count"] == 5000
    refused = CliRunner().invoke(cli.main, ["audit"], env=portal.environ)
    assert (refused.exit_code, "there is no audit" in refused.output) == (1, True)


def test_values_of_criteria_are_not_in_the_log(
    anne: Client, audited: Any, caplog: pytest.LogCaptureFixture, portal_database_url: str
) -> None:
    caplog.set_level(logging.DEBUG)
    run_sql(portal_database_url, "ALTER TABLE guichet.audit ADD CONSTRAINT small CHECK (rows < 4) NOT VALID")
    try:
        anne.post(f"{NUMBERS}/count", {"criteria": {"up_to": 4242}})
        wait_until(lambda: "the portal database:" in caplog.text)
    finally:
        run_sql(portal_database_url, "ALTER TABLE guichet.audit DROP CONSTRAINT small")
    audited(1)
    assert "4242" not in caplog.text


def test_old_entries_are_forgotten_and_young_ones_kept(anne: Client, portal_database_url: str) -> None:
    old = "INSERT INTO guichet.audit SELECT now() - interval '31 days', 'anne', 'count', 'numbers', '{}', 1, 1, '{}'"
    columns = "(at, user_name, action, interface, criteria, rows, duration_ms, details)"
    run_sql(portal_database_url, old.replace("audit ", f"audit {columns} ") + " FROM generate_series(1, 10500)")
    database = opened(portal_database_url)
    with database.transaction() as transaction:
        entries.record(transaction, ENTRY)
    entries.forget(database, days=30)
    assert run_sql(portal_database_url, COUNTED) == [(1,)]


def test_an_entry_in_a_transaction_is_kept_with_it_or_not_at_all(anne: Client, portal_database_url: str) -> None:
    database = opened(portal_database_url)

    def fail() -> None:
        with database.transaction() as transaction:
            entries.record(transaction, ENTRY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert run_sql(portal_database_url, COUNTED) == [(0,)]


def test_entries_wait_while_the_database_cant_take_them(make_database: Callable[..., str]) -> None:
    url = make_database()
    recorder = Recorder(opened(url), most=3, retry_seconds=0.1)
    for _ in range(5):
        recorder.record(ENTRY)  # the table is not there yet
    assert recorder.lost == 2
    migrations.migrate(opened(url))
    recorder.close()
    assert (run_sql(url, COUNTED), recorder.lost) == ([(3,)], 2)


def test_a_stop_waits_for_what_is_left_but_not_for_ever(
    make_database: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    recorder = Recorder(opened(make_database()))
    recorder.record(ENTRY)
    closing = threading.Thread(target=recorder.close, args=(0.3,))
    closing.start()
    closing.join(3)
    assert not closing.is_alive()
    assert "1 entries of the audit were lost" in caplog.text


def test_the_server_writes_what_is_left_before_it_stops(
    anne: Client, serve: Any, audited: Any, portal_database_url: str
) -> None:
    with serve(WEB_WORKERS="1") as http:
        for _ in range(20):
            assert http.post(f"{NUMBERS}/count", json={}).status_code == 200
    assert run_sql(portal_database_url, COUNTED) == [(20,)]


def test_pages_and_streams_of_rows_are_kept(anne: Client, audited: Callable[[int], list[dict[str, Any]]]) -> None:
    assert anne.get(f"{NUMBERS}/rows?up_to=7&limit=5").status_code == 200
    assert anne.get(f"{NUMBERS}/rows?up_to=7&format=ndjson").status_code == 200

    page, stream = audited(2)
    assert (page["action"], page["criteria"], page["rows"]) == ("search", {"up_to": "7"}, 5)
    assert (stream["action"], stream["criteria"], stream["rows"]) == ("download", {"up_to": "7"}, 7)
    assert stream["details"]["format"] == "ndjson"
