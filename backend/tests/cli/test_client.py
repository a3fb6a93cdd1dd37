"""The client for programs, against the running demo."""

from __future__ import annotations

import io
import json
import socket
import socketserver
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from guichet.client import (
    BrokenOffError,
    BusyError,
    Client,
    ConflictError,
    CriteriaError,
    ExtractError,
    NotFoundError,
    SignInError,
    SlowError,
    Token,
    UnreachableError,
    labels,
)
from guichet.client.labels import UnknownOptionError
from tests.cli.conftest import COMPANIES, Demo

FRANCE = 250


@pytest.fixture
def guichet(demo: Demo) -> Iterator[Client]:
    with demo.client() as client:
        yield client


def test_it_needs_nothing_of_the_server() -> None:
    script = "import sys, guichet.client; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)

    loaded = set(ran.stdout.split())
    assert loaded & {"flask", "werkzeug", "psycopg2", "pydantic", "click", "rich"} == set()
    ours = {name for name in loaded if name.startswith("guichet.") and not name.startswith("guichet.client")}
    assert ours == set()


def test_it_tells_who_is_signed_in(guichet: Client) -> None:
    assert guichet.user().user == "demo"


def test_it_knows_interfaces_forms_and_options(guichet: Client) -> None:
    listed = {one.id: one for one in guichet.interfaces()}
    form = guichet.form("companies_and_contacts")
    country = next(one for one in form.criteria if one.name == "country")
    options = guichet.options(form.id, "country", typed="franc")
    regions = guichet.options(form.id, "region", criteria={"country": [FRANCE]})

    assert listed["companies"].title == "Companies"
    assert (country.type, country.multiple, country.label) == ("select", True, "Country")
    assert [(one.value, one.label) for one in options.options] == [(FRANCE, "France")]
    assert 5 < len(regions.options) < 40
    assert [one.label for one in guichet.options(form.id, "country", values=[FRANCE]).options] == ["France"]


def test_its_titles_are_in_the_language_that_is_asked_for(demo: Demo) -> None:
    with Client(demo.url, user="demo", password="demo", language="fr") as client:
        assert client.form("companies").title == "Entreprises"


def test_count_search_rows_and_csv_agree(guichet: Client) -> None:
    criteria = {"country": [FRANCE], "employees": {"from": 10}}
    count = guichet.count("companies", criteria)
    result = guichet.search("companies", criteria, sort=["-id"])
    rows = list(guichet.rows("companies", criteria, sort=["-id"]))
    output = io.BytesIO()
    written = guichet.csv("companies", output, criteria, sort=["-id"], columns=["id", "name"])

    names = [column.name for column in result.columns]
    assert count.count == result.count == len(rows) > 10
    assert [list(row.values()) for row in rows] == list(result.rows)
    assert list(rows[0]) == names
    assert output.getvalue().decode().splitlines()[0] == "Id,Name"
    assert written == len(output.getvalue())
    assert guichet.count("companies", estimate=True).count == 2000


def test_rows_come_one_by_one_and_may_be_left(guichet: Client) -> None:
    began = time.monotonic()
    rows = guichet.rows("numbers")
    first = [next(rows) for _ in range(3)]
    cast(Any, rows).close()

    assert [row["n"] for row in first] == [1, 2, 3]
    assert first[0]["large"] == "9007199254740993"
    assert time.monotonic() - began < 5


def test_a_busy_portal_is_asked_again_when_it_says(demo: Demo, guichet: Client) -> None:
    with demo.client() as other:
        taking = other.lines("numbers")
        next(taking)
        threading.Timer(1, cast(Any, taking).close).start()
        began = time.monotonic()
        assert next(guichet.lines("numbers", {"up_to": 3}))
        assert 1 < time.monotonic() - began < 10
        taking = other.lines("numbers")
        next(taking)
        with Client(demo.url, user="demo", password="demo", retries=0) as hasty, pytest.raises(BusyError) as refused:
            next(hasty.lines("numbers"))
        cast(Any, taking).close()
    assert (refused.value.status, refused.value.kind) == (503, "source-busy")


@pytest.mark.parametrize(
    ("call", "raised", "told"),
    [
        (lambda c: c.count("companies", {"county": 1}), CriteriaError, "did you mean `country`?"),
        (lambda c: c.form("nothing"), NotFoundError, "There is no form “nothing”."),
        (lambda c: c.extract("00000000-0000-0000-0000-000000000000"), NotFoundError, "You have no such extract."),
        (lambda c: list(c.rows("companies", sort=["idd"])), CriteriaError, "did you mean `id`?"),
    ],
)
def test_problems_are_exceptions(
    guichet: Client, call: Callable[[Client], Any], raised: type[Exception], told: str
) -> None:
    with pytest.raises(raised, match=None) as caught:
        call(guichet)
    assert told in str(caught.value)


def test_faults_say_where(guichet: Client) -> None:
    with pytest.raises(CriteriaError) as caught:
        guichet.count("companies", {"employees": {"from": "many"}, "name": 5})

    assert [one.pointer for one in caught.value.faults] == ["/criteria/employees/from", "/criteria/name"]
    assert caught.value.request_id


def test_a_wrong_password_is_told(demo: Demo) -> None:
    with demo.client(password="wrong") as client, pytest.raises(SignInError, match="password is wrong"):
        client.user()


def test_a_portal_that_is_not_there_is_told() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with Client(url, retries=1) as client, pytest.raises(UnreachableError, match=r"can't be reached"):
            client.user()


def test_a_portal_that_says_nothing_is_not_waited_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Client(url, timeout_seconds=0.2, retries=1) as client, pytest.raises(UnreachableError, match="timed out"):
            client.user()


def test_a_query_beyond_its_limit_is_told(demo: Demo, guichet: Client) -> None:
    slow = "title: Slow\nsource: crm\nsql: SELECT pg_sleep(5)::text AS slept\nlimits: {interactive_seconds: 1}"
    (demo.folder / "slow.yaml").write_text(slow)
    with pytest.raises(SlowError):
        guichet.count("slow")


def test_a_stream_that_is_broken_off_is_no_result(demo: Demo, guichet: Client) -> None:
    failing = "title: F\nsource: crm\nsql: SELECT 1 / (n - 50000) AS cell, n FROM generate_series(1, 100000) AS n"
    (demo.folder / "failing.yaml").write_text(failing)
    came = []
    with pytest.raises(BrokenOffError, match="is not the whole"):
        came.extend(guichet.rows("failing"))
    assert 1000 < len(came) < 50_000


@pytest.mark.parametrize("url", ["", "ftp://portal.example", "https://user:secret@portal.example", "https://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is no address of a portal"):
        Client(url)


def test_the_prefix_of_the_api_may_be_given(demo: Demo) -> None:
    with Client(f"{demo.url}/api/v1/", user="demo", password="demo") as client:
        assert client.user().user == "demo"


def test_a_token_is_in_no_repr() -> None:
    assert "secret" not in repr(Token("secret"))


def test_labels_become_values(guichet: Client) -> None:
    form = guichet.form("companies_and_contacts")
    given = {"country": ["france", "56"], "comp_size": {"not": ["1"]}, "name": "labs"}

    assert labels.resolve(guichet, form, given) == {**given, "country": [FRANCE, 56], "comp_size": {"not": [1]}}
    region = guichet.options(form.id, "region", criteria={"country": [FRANCE]}).options[0]
    named = {"region": [region.label.upper()], "country": ["France"]}
    assert labels.resolve(guichet, form, named) == {"region": [region.value], "country": [FRANCE]}
    asked = {"country": {"empty": True}, "region": {"not": {"empty": True}}, "name": {"prefix": "a"}}
    assert labels.resolve(guichet, form, asked) == asked


def test_a_label_that_there_is_not_is_told_with_the_nearest(guichet: Client) -> None:
    with pytest.raises(UnknownOptionError, match=r"country has no option “Frnace”\. Did you mean “France”\?"):
        labels.resolve(guichet, guichet.form("companies"), {"country": ["Frnace"]})


def test_an_extract_is_made_followed_and_downloaded(guichet: Client, tmp_path: Path) -> None:
    asked = guichet.create_extract("companies", {"country": {"not": [FRANCE]}}, sort=["id"], columns=["id", "name"])
    states = [one.state for one in guichet.follow_extract(asked.id)]
    seen: list[tuple[int, int]] = []
    file = guichet.download_extract(asked.id, tmp_path, lambda done, total: seen.append((done, total)))

    assert states[-1] in ("done", "delivering")
    assert file.parent == tmp_path
    assert file.name.startswith("companies_")
    with zipfile.ZipFile(file) as archive:
        rows = archive.read("companies.csv").decode().count("\n") - 1
    assert rows == guichet.extract(asked.id).rows == guichet.count("companies", {"country": {"not": [FRANCE]}}).count
    assert seen[-1] == (file.stat().st_size, file.stat().st_size)
    assert asked.id in {one.id for one in guichet.extracts()}


def test_an_extract_is_cancelled(guichet: Client, tmp_path: Path) -> None:
    asked = guichet.create_extract("trickle")
    guichet.cancel_extract(asked.id)

    assert [one.state for one in guichet.follow_extract(asked.id)][-1] == "cancelled"
    with pytest.raises(ConflictError):
        guichet.cancel_extract(asked.id)
    with pytest.raises(ExtractError, match="It is cancelled"):
        guichet.download_extract(asked.id, tmp_path)


class Cutting(socketserver.ThreadingTCPServer):
    """Stands before a portal, and cuts connections after so many bytes of its answers, as often as it is told."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, url: str, after: int, times: int) -> None:
        parts = urlsplit(url)
        self.behind = (parts.hostname or "", parts.port or 80)
        self.after = after
        self.times = times
        self.requests: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Relay)


class Relay(socketserver.BaseRequestHandler):
    server: Cutting

    def handle(self) -> None:
        with socket.create_connection(self.server.behind) as behind:
            threading.Thread(target=self._ask, args=(behind,), daemon=True).start()
            passed = 0
            while data := behind.recv(1 << 14):
                passed += len(data)
                self.request.sendall(data)
                if passed > self.server.after and self.server.times:
                    self.server.times -= 1
                    return

    def _ask(self, behind: socket.socket) -> None:
        try:
            while data := self.request.recv(1 << 16):
                self.server.requests.append(data)
                behind.sendall(data)
        except OSError:
            pass


@contextmanager
def cutting(url: str, after: int, times: int) -> Iterator[tuple[str, Cutting]]:
    with Cutting(url, after, times) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", server
        server.shutdown()


@pytest.fixture(scope="module")
def large(demo: Demo) -> str:
    """An extract of some megabytes."""
    with demo.client() as client:
        asked = client.create_extract("numbers", {"up_to": 100_000})
        assert [one.state for one in client.follow_extract(asked.id)][-1] in ("done", "delivering")
        return asked.id


def test_a_download_that_breaks_goes_on_where_it_was(demo: Demo, large: str, tmp_path: Path) -> None:
    with (
        cutting(demo.url, after=1_000_000, times=2) as (url, server),
        Client(url, user="demo", password="demo") as client,
    ):
        file = client.download_extract(large, tmp_path / "out.zip")

    ranges = [request for request in server.requests if b"Range: bytes=" in request]
    assert len(ranges) == 2
    assert b"Range: bytes=0-" not in b"".join(ranges)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
    assert [one.name for one in tmp_path.iterdir()] == ["out.zip"]


def test_a_download_that_was_given_up_goes_on_later(demo: Demo, large: str, tmp_path: Path) -> None:
    class GivenUpError(Exception):
        pass

    def give_up(done: int, total: int) -> None:
        if done > 500_000:
            raise GivenUpError

    with demo.client() as client:
        with pytest.raises(GivenUpError):
            client.download_extract(large, tmp_path / "out.zip", give_up)
        part = next(tmp_path.iterdir())
        had = part.stat().st_size
        seen: list[int] = []
        file = client.download_extract(large, tmp_path / "out.zip", lambda done, total: seen.append(done))
    assert had > 400_000
    assert seen[0] == had
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None


def test_a_value_list_is_uploaded_searched_by_and_deleted(guichet: Client, tmp_path: Path) -> None:
    known = [row["registration"] for row in guichet.rows("companies", columns=["registration"]) if row["registration"]]
    text = "number;name\r\n" + "".join(f"{one};x\r\n" for one in [*known[:500], known[0], "000"])
    (tmp_path / "é.csv").write_text(text, "utf-16")
    seen: list[int] = []
    made = guichet.upload_list(
        tmp_path / "é.csv",
        interface="companies",
        criterion="registration",
        progress=lambda done, total: seen.append(done),
    )
    criteria = {"registration": {"list": made.id}}
    output = io.BytesIO()

    assert (made.rows, made.values, made.duplicates, made.columns[0]) == (502, 501, 1, "number")
    assert seen[-1] == (tmp_path / "é.csv").stat().st_size
    assert guichet.count("companies", criteria).count == len(list(guichet.rows("companies", criteria))) == 500
    guichet.search("companies", criteria)
    guichet.unmatched(made.id, "companies", output)
    assert "000" in output.getvalue().decode()
    assert guichet.choose_column(made.id, 1).values == 1
    guichet.delete_value_list(made.id)
    assert made.id not in {one.id for one in guichet.value_lists()}


def test_saved_searches_are_kept_and_deleted(guichet: Client) -> None:
    kept = guichet.save_search("companies", "By a program", {"country": [FRANCE]}, sort=["-id"])

    assert [dict(one) for one in kept.sort] == [{"column": "id", "descending": True}]
    assert kept.id in {one.id for one in guichet.saved_searches()}
    with pytest.raises(ConflictError):
        guichet.save_search("companies", "By a program", {})
    guichet.delete_saved_search(kept.id)
    assert kept.id not in {one.id for one in guichet.saved_searches()}


def test_every_row_of_an_interface_with_a_key_comes_by_its_pages(demo: Demo) -> None:
    import httpx

    found: list[int] = []
    address = "/api/v1/interfaces/companies/rows?limit=300&shape=arrays&columns=id"
    with httpx.Client(base_url=demo.url, auth=("demo", "demo")) as http:
        while address:
            answer = http.get(address)
            found += [row[0] for row in json.loads(answer.text)]
            address = answer.links.get("next", {}).get("url", "")
    assert len(found) == len(set(found)) == COMPANIES
