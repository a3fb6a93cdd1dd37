"""Clients that are slow, half there or not HTTP at all: they get what is their due, and nobody else waits for them."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

import httpx
import pytest

from tests.conftest import USERS, Portal
from tests.time_limits import within

Serve = Callable[..., AbstractContextManager[httpx.Client]]

CREDENTIALS = "Basic " + b64encode(f"anne:{USERS['anne'][0]}".encode()).decode()
HEAD = f"Host: localhost\r\nAuthorization: {CREDENTIALS}\r\n"
COUNT = "/api/v1/interfaces/customers/count"

HALVES = {
    "nothing": b"",
    "half a line": b"GET /api/v1/us",
    "half a head": f"GET /api/v1/user HTTP/1.1\r\n{HEAD}".encode(),
    "no body": f"POST {COUNT} HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\nContent-Length: 30\r\n\r\n".encode(),
}


def connected(http: httpx.Client, sent: bytes, receive_bytes: int | None = None) -> socket.socket:
    """Connects to a server and sends it something."""
    client = socket.socket()
    if receive_bytes:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    client.settimeout(30)
    client.connect((http.base_url.host, http.base_url.port or 0))
    client.sendall(sent)
    return client


@pytest.mark.parametrize("half", HALVES)
def test_a_hundred_half_requests_hold_nobody_up(serve: Serve, half: str) -> None:
    with serve(WEB_WORKERS="1", WEB_THREADS="4") as http, ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(connected(http, HALVES[half]))
        time.sleep(0.5)
        for _ in range(5):
            with within(3):
                assert http.post(COUNT, json={}, headers={"Connection": "close"}).json()["count"] == 8


def test_half_a_request_is_given_up_in_time(serve: Serve) -> None:
    with serve(WEB_WORKERS="1", CLIENT_SECONDS="2") as http:
        with connected(http, HALVES["half a head"]) as head, connected(http, HALVES["no body"]) as body:
            assert problem(body)["status"] == 408
            told = problem(head)
        assert (told["type"], told["retryable"]) == ("urn:guichet:problem:stalled", True)
        with connected(http, HALVES["nothing"]) as silent:
            assert silent.recv(1) == b""


def test_what_comes_piece_by_piece_is_answered(serve: Serve) -> None:
    body = json.dumps({"criteria": {}}).encode() + b" " * 100_000
    asked = f"POST {COUNT} HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with serve(WEB_WORKERS="1") as http, connected(http, asked[:50].encode()) as client:
        time.sleep(0.3)
        client.sendall(asked[50:].encode() + body[:5])
        time.sleep(0.3)
        client.sendall(body[5:])
        assert answer(client)[0] == 200
        # The next requests, two at once, on the same connection.
        client.sendall(f"GET /api/v1/user HTTP/1.1\r\n{HEAD}\r\n".encode() * 2)
        assert answer(client)[0] == 200
        assert answer(client)[0] == 200


def test_a_body_that_stops_on_its_way_is_a_problem(serve: Serve) -> None:
    asked = f"POST {COUNT} HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    with serve(WEB_WORKERS="1", CLIENT_SECONDS="2") as http, connected(http, asked.encode() + b" " * 50_000) as client:
        status, body = answer(client)
        assert (status, json.loads(body)["type"]) == (408, "urn:guichet:problem:stalled")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /\x1b[31m HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET /" + b"a" * 200_000, 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X-Many: a\r\n" * 7_000, 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    ],
)
def test_what_is_no_http_is_answered_by_a_problem(serve: Serve, sent: bytes, status: int) -> None:
    with serve(WEB_WORKERS="1") as http, connected(http, sent) as client:
        told = problem(client)
    assert told["status"] == status
    assert told["detail"]
    assert "aaaa" not in json.dumps(told)


def test_clients_that_stay_after_their_answer_hold_nobody_up(serve: Serve) -> None:
    with serve(WEB_WORKERS="1", WEB_THREADS="4") as http, ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(connected(http, b"NONSENSE\r\n\r\n"))
        with within(3):
            assert http.get("/api/v1/user").status_code == 200


def test_a_newcomer_takes_the_place_of_who_has_been_silent_the_longest(serve: Serve) -> None:
    with (
        serve(WEB_WORKERS="1", WEB_THREADS="4", GUNICORN_CMD_ARGS="--worker-connections 30") as http,
        ExitStack() as stack,
    ):
        for _ in range(60):
            stack.enter_context(connected(http, b"GET /"))
        for _ in range(5):
            with within(3):
                assert http.get("/api/v1/user", headers={"Connection": "close"}).status_code == 200


MANY = """
title: Many
source: shop
sql: SELECT n, repeat('x', 1000) AS filling FROM generate_series(1, 30000) AS n
limits: {display_rows: 30000}
"""


@pytest.mark.parametrize("call", ["GET /api/v1/interfaces/many/rows?limit=30000", "GET /api/v1/interfaces/many/csv"])
def test_clients_that_read_nothing_give_their_threads_back(portal: Portal, serve: Serve, call: str) -> None:
    portal.write("many.yaml", MANY)
    with serve(WEB_WORKERS="1", WEB_THREADS="2", CLIENT_SECONDS="2") as http, ExitStack() as stack:
        asked = f"{call} HTTP/1.1\r\n{HEAD}\r\n".encode()
        for _ in range(2):
            stack.enter_context(connected(http, asked, receive_bytes=4096))
        time.sleep(1)
        with within(20):
            assert http.get("/api/v1/user").status_code == 200


def problem(client: socket.socket) -> dict[str, object]:
    """Reads an answer until the server hangs up."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := client.recv(65536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    told: dict[str, object] = json.loads(body)
    assert head.startswith(f"HTTP/1.1 {told['status']} ".encode())
    return told


def answer(client: socket.socket) -> tuple[int, bytes]:
    """Reads one answer of known length."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = client.recv(1)
        assert piece, "the server hung up"
        received += piece
    length = next(
        int(line.split(b":")[1]) for line in received.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    body = b""
    while len(body) < length:
        body += client.recv(length - len(body))
    return int(received.split(b" ")[1]), body
