"""One search has one answer: as a count, a page, a file, rows, a stream, a summary and an extract."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest

from tests.api.test_extracts import archive, wait_for, working
from tests.api.test_value_lists import made
from tests.api.test_values import FORMS, latin, odd
from tests.conftest import Client, Portal, run_sql

__all__ = ["latin", "odd"]  # fixtures

# Of criteria, `@…` stands for the list that is uploaded with these lines.
SEARCHES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("customers", {}),
    ("customers", {"country": [1, 2]}),
    ("customers", {"country": {"not": [1]}}),
    ("customers", {"balance": {"from": "0", "to": "1.5"}}),
    ("customers", {"joined": {"from": "2026-01-01", "to": "2026-01-31"}, "vip": True}),
    ("customers", {"domain": ["acme.example", "eclair.example", "gone.example"]}),
    ("customers", {"name": {"empty": True}}),
    ("customers", {"name": {"not": {"empty": True}}, "country": {"not": {"empty": True}}}),
    ("customers", {"name": {"prefix": "a"}}),
    ("customers", {"name": {"not": {"exact": "Acme"}}}),
    ("contacts", {"id": {"empty": True}}),
    ("contacts", {"id": ["1", "x", "3", "99", ""]}),
    ("contacts", {"id": {"not": ["1", "x", "3"]}}),
    ("contacts", {"id": "@1\nx\n3\n99\n1\n"}),
    ("contacts", {"joined": ["2026-01-31", "31.1.2026"], "id": ["1", "2", "y"]}),
    ("item", {"code": ["", None]}),
    ("item", {"code": {"not": [""]}}),
    ("item", {"one": [None]}),
    ("measure", {"r": 0.1, "b": -1}),
    ("measure", {"rs": {"from": 1.1, "to": 1.1}, "b": -1}),
    ("measure", {"values": ["0.1", "x", "7"], "b": -1}),
    ("measure", {"a": "1", "b": 1}),
    ("net", {"bits": ["10101", "10102", "00000"]}),
    ("net", {"bits": "@10101\n10102\n00000\n"}),
    ("net", {"bits": {"not": ["10101", "10102"]}}),
    ("client", {"name": "Muller’s"}),
    ("client", {"name": "n1999"}),
    ("client", {"name": {"exact": "Muller’s"}}),
    ("client", {"names": ["n1", "Zażółć", "none"]}),
    ("client", {"names": '@n1\nZażółć\nnone\nMüller, \\ "x"\n'}),
)


@pytest.fixture
def portal(portal: Portal, odd: str, latin: str, portal_database_url: str) -> Portal:
    folder = portal.folder.parent / "archives"
    portal.environ |= {
        "SOURCE_ODD_URL": odd,
        "SOURCE_LATIN_URL": latin,
        "PORTAL_DATABASE_URL": portal_database_url,
        "ARCHIVE_DIR": str(folder),
        "EXTRACTS_PER_USER": "4",
        "EXTRACTS_WAITING_PER_USER": "100",
    }
    for name in ("item", "measure", "net", "client"):
        portal.write(f"{name}.yaml", FORMS[name])
    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery, guichet.value_list CASCADE")
    return portal


def test_every_exit_tells_the_same(portal: Portal) -> None:
    client = portal.client()
    searches = [(form, {name: _given(client, value) for name, value in given.items()}) for form, given in SEARCHES]
    asked = [
        client.post("/api/v1/extracts", {"interface": form, "criteria": given, "sort": [{"column": "id"}]})
        for form, given in searches
    ]
    assert [answer.status_code for answer in asked] == [202] * len(searches)
    with working(portal, WORKER_SLOTS="2"):
        done = [wait_for(client, answer.json, "done", "failed", seconds=120) for answer in asked]
    for (form, given), extract in zip(searches, done, strict=True):
        assert extract["problem"] is None, (form, given)
        found, not_found = _page(client, form, given)
        assert _others(client, form, given) == dict.fromkeys(_others(client, form, given), found), (form, given)
        assert _extracted(client, form, extract) == (found, not_found), (form, given)


def _given(client: Client, value: Any) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        return {"list": made(client, value[1:])["id"]}
    return value


def _page(client: Client, form: str, given: Any) -> tuple[list[int], dict[str, str]]:
    """Returns the ids of the page, and the file of each criterion of what it did not find."""
    url = f"/api/v1/interfaces/{form}"
    answer = client.post(f"{url}/search", {"criteria": given, "sort": [{"column": "id"}]})
    counted = client.post(f"{url}/count", {"criteria": given}).json
    assert answer.status_code == 200, answer.text
    assert counted["unmatched"] == answer.json["unmatched"]
    assert counted["count"] == len(answer.json["rows"])
    files = {
        name: client.post(f"{url}/unmatched?criterion={name}", {"criteria": given}).text
        for name in answer.json["unmatched"]
    }
    for name, told in answer.json["unmatched"].items():
        problems = [row["problem"] for row in csv.DictReader(io.StringIO(files[name]))]
        assert problems.count("malformed") == told["malformed"]
        assert problems.count("not found") == told["values"] - told["matched"]
    return [row[0] for row in answer.json["rows"]], files


def _others(client: Client, form: str, given: Any) -> dict[str, list[int]]:
    url, body = f"/api/v1/interfaces/{form}", {"criteria": given, "sort": [{"column": "id"}]}
    table = csv.reader(io.StringIO(client.post(f"{url}/csv", body).text))
    book = openpyxl.load_workbook(io.BytesIO(client.post(f"{url}/xlsx", body).get_data()))
    lines = client.post(f"{url}/rows?format=ndjson", body).text.splitlines()
    summary = client.post(f"{url}/summary", {"criteria": given, "columns": ["id"]}).json
    rows = [row["id"] for row in client.post(f"{url}/rows?limit=1000", body).json]
    return {
        "csv": [int(row[0]) for row in list(table)[1:]],
        "xlsx": [row[0].value for row in list(book.worksheets[0].rows)[1:]],
        "rows": rows,
        "stream": [json.loads(line)["id"] for line in lines],
        "summary": rows if summary["total"] == len(rows) else [summary["total"]],
    }


def _extracted(client: Client, form: str, extract: dict[str, Any]) -> tuple[list[int], dict[str, str]]:
    if not extract["archive_url"]:
        return [], _page(client, form, extract["request"]["criteria"])[1]
    found = archive(client, extract)
    told = json.loads(found.read("manifest.json"))["value_lists"]
    names = {name: "not_found.csv" if len(told) == 1 else f"not_found_{name}.csv" for name in told}
    table = next(name for name in found.namelist() if name.endswith(".csv") and not name.startswith("not_found"))
    ids = [int(row[0]) for row in list(csv.reader(io.StringIO(found.read(table).decode())))[1:]]
    return ids, {name: found.read(file).decode() for name, file in names.items()}
