"""Uploads that mean no good, or go wrong, against the real server: a clear answer, nothing kept, memory flat."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import httpx
import pytest
from werkzeug.datastructures import Authorization

from tests.conftest import USERS, Portal, run_sql

Serve = Callable[..., AbstractContextManager[httpx.Client]]

PATH = "/api/v1/value-lists"
HEAD = b'--end\r\nContent-Disposition: form-data; name="file"; filename="values.csv"\r\nContent-Type: text/csv\r\n\r\n'
TAIL = b"\r\n--end--\r\n"
FORM = "multipart/form-data; boundary=end"
MEGABYTE = 1_000_000
# What one process may take beside what it had; the files are many times as large, together.
FLAT_MB = 60

# What the file of a form is: the status, and what is said.
FILES: dict[str, tuple[bytes, int, str]] = {
    "a zip named .csv": (b"PK\x03\x04" + b"\0\1\2\3" * 1_000_000, 422, "a zip or an Office document"),
    "a line of 10 MB": (b"email\n" + b"x" * 10 * MEGABYTE + b"\n", 422, "Line 2: A line is longer"),
    "a quotation that never ends": (b'a;b\n"1";2\n' * 700 + b'"open;2\n' + b"x;y\n" * 2_500_000, 422, "never closed"),
    "NUL bytes": (b"email\n" + b"a\0b\n" * 1000, 422, "NUL bytes"),
    "nothing but NUL bytes": (b"\0" * 10 * MEGABYTE, 422, "NUL bytes"),
    "commas on one line": (b"," * 20 * MEGABYTE, 422, "A line is longer"),
    "commas on many lines": ((b"," * 5000 + b"\n") * 4000, 422, "more than 500 columns"),
    "commas, few to a line": ((b"," * 400 + b"\n") * 50_000, 422, "no value"),
    "one value, for ever": (b"a\n" * 11 * MEGABYTE, 413, "more than 1,000,000 values"),
    "nothing": (b"", 422, "The file is empty"),
}


@pytest.fixture
def server(portal: Portal, serve: Serve, portal_database_url: str) -> Iterator[httpx.Client]:
    """A server of one process, with nothing in its portal database."""
    run_sql(portal_database_url, "TRUNCATE guichet.value_list CASCADE")
    portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    with serve(
        UPLOAD_STALL_SECONDS="1", CLIENT_SECONDS="1", WEB_WORKERS="1", WEB_THREADS="2", VALUE_LIST_MB="30"
    ) as http:
        yield http
    tables = ("value_list", "value_list_file", "value_list_part")
    kept = {table: run_sql(portal_database_url, f"SELECT count(*) FROM guichet.{table}")[0][0] for table in tables}
    assert kept == dict.fromkeys(tables, 0)


def form(content: bytes) -> dict[str, object]:
    return {"content": HEAD + content + TAIL, "headers": {"Content-Type": FORM}}


def raw(server: httpx.Client, body: bytes, *headers: str, ends: bool = False) -> tuple[int, str]:
    """Sends bytes as they are, and returns the first answer: its status and kind of problem.

    :param ends: whether the client says that it sends no more.
    """
    user = Authorization("basic", {"username": "anne", "password": USERS["anne"][0]}).to_header()
    lines = (f"POST {PATH} HTTP/1.1", "Host: localhost", f"Authorization: {user}", *headers, "", "")
    with closing(
        socket.create_connection((server.base_url.host, server.base_url.port or 80), timeout=60)
    ) as connection:
        connection.sendall("\r\n".join(lines).encode() + body)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
            heads = dict(line.decode().lower().strip().split(": ", 1) for line in iter(answer.readline, b"\r\n"))
            text = answer.read(int(heads["content-length"]))
    return status, json.loads(text)["type"].rpartition(":")[2] if text.startswith(b"{") else text.decode()


def memory(server: httpx.Client) -> Path:
    """Finds what the system says of the process that answers: the youngest with the server's port."""
    mark = f"PORT={server.base_url.port}\0".encode()
    owned = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                owned.append(process)
        except OSError:
            continue
    return max(owned, key=lambda process: int(process.name)) / "status"


def peak_mb(status: Path) -> int:
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) // 1000


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_it_refuses_files_that_are_no_lists_and_its_memory_stays_flat(server: httpx.Client) -> None:
    assert server.post(PATH, **form(b"\n")).status_code == 422  # all is loaded now
    status = memory(server)
    before = peak_mb(status)

    answers = {name: server.post(PATH, **form(content)) for name, (content, _, _) in FILES.items()}

    wrong = {
        name: (answer.status_code, answer.text[:200])
        for name, answer in answers.items()
        if answer.status_code != FILES[name][1] or FILES[name][2] not in answer.json()["detail"]
    }
    assert wrong == {}
    assert peak_mb(status) - before <= FLAT_MB


def test_a_billion_commas_are_refused_before_they_come(server: httpx.Client) -> None:
    length = "Content-Length: 1000000000"

    assert raw(server, HEAD + b"," * 1000, f"Content-Type: {FORM}", length) == (
        413,
        "list-too-large",
    )
    assert raw(server, b"," * 1000, "Content-Type: text/plain", length) == (413, "list-too-large")


def test_a_body_of_no_length_is_read_as_far_as_it_may_be(server: httpx.Client) -> None:
    """Chunks that would never end: after 31 MB it has enough."""
    chunk = b"%x\r\n" % MEGABYTE + b"," * MEGABYTE + b"\r\n"
    start = b"%x\r\n" % len(HEAD) + HEAD + b"\r\n"

    for kind, body in ((FORM, start + chunk * 31), ("text/plain", chunk * 31)):
        answer = raw(server, body, f"Content-Type: {kind}", "Transfer-Encoding: chunked")
        assert answer == (413, "body-too-large")


BODIES = {
    FORM: HEAD + b"a.example\n" * 1000 + TAIL,
    "text/plain": b"a.example\n" * 1000,
    "application/json": b'{"lines": ["a.example", "b.example"]}',
}


def test_it_refuses_less_than_was_announced(server: httpx.Client) -> None:
    """A client that stays is waited for, but not for ever; one that went has sent what it will."""
    for kind, body in BODIES.items():
        heads = (f"Content-Type: {kind}", f"Content-Length: {len(body) + 500}")
        assert raw(server, body, *heads) == (408, "stalled")
        assert raw(server, body, *heads, ends=True) == (400, "malformed")


def test_it_refuses_more_than_was_announced(server: httpx.Client) -> None:
    """What was announced is no whole form. Lines of text are whole wherever they end, so they are not here."""
    for kind in (FORM, "application/json"):
        half = len(BODIES[kind]) // 2
        assert raw(server, BODIES[kind], f"Content-Type: {kind}", f"Content-Length: {half}") == (400, "malformed")


def test_it_refuses_a_length_that_is_none(server: httpx.Client) -> None:
    for length in ("-1", "ten", "1e3", "18446744073709551616000"):
        status, _ = raw(server, b"a\n", "Content-Type: text/plain", f"Content-Length: {length}")
        assert status in (400, 413), length
