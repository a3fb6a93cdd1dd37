"""A client that goes away is noticed on its socket, and what it waited for is cancelled."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest

from guichet.http import client_disconnect
from guichet.http.client_disconnect import DisconnectWatcher, has_hung_up

SOON = 5  # seconds; nothing here takes so long unless it fails
Pair = tuple[socket.socket, socket.socket]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_disconnect, "INTERVAL_SECONDS", 0.01)


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A connection: our end, and the client's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        ours, _ = server.accept()
    with ours, client:
        yield ours, client


def wait_until_it_is_gone(ours: socket.socket) -> bool:
    ends = time.monotonic() + SOON
    while not has_hung_up(ours):
        if time.monotonic() > ends:
            return False
        time.sleep(0.005)
    return True


def test_a_client_that_is_silent_is_there(pair: Pair) -> None:
    assert not has_hung_up(pair[0])


def test_a_client_that_sent_more_is_there_and_what_it_sent_is_kept(pair: Pair) -> None:
    ours, client = pair
    client.sendall(b"GET /next")
    ours.settimeout(SOON)

    assert not has_hung_up(ours)
    assert ours.recv(100) == b"GET /next"


def test_a_client_that_closed_the_connection_is_gone(pair: Pair) -> None:
    ours, client = pair
    client.close()

    assert wait_until_it_is_gone(ours)


def test_a_client_that_reset_the_connection_is_gone(pair: Pair) -> None:
    ours, client = pair
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    client.close()

    assert wait_until_it_is_gone(ours)


def test_a_connection_that_we_closed_is_gone(pair: Pair) -> None:
    pair[0].close()

    assert has_hung_up(pair[0])


def test_a_client_behind_tls_is_there_because_nobody_can_tell(pair: Pair) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with context.wrap_socket(pair[0], do_handshake_on_connect=False, server_hostname="portal.example.com") as ours:
        assert not has_hung_up(ours)


def test_it_calls_when_the_client_goes_away(pair: Pair) -> None:
    ours, client = pair
    gone = threading.Event()

    with DisconnectWatcher().watching(ours, gone.set):
        assert not gone.wait(0.05)
        client.close()

        assert gone.wait(SOON)


def test_it_calls_once(pair: Pair) -> None:
    ours, client = pair
    calls = []
    client.close()

    with DisconnectWatcher().watching(ours, lambda: calls.append(1)):
        time.sleep(0.1)

    assert calls == [1]


def test_it_does_not_call_once_the_query_is_over(pair: Pair) -> None:
    ours, client = pair
    gone = threading.Event()
    watcher = DisconnectWatcher()

    with watcher.watching(ours, gone.set):
        pass
    client.close()

    assert not gone.wait(0.1)


def test_it_watches_many_clients_and_calls_for_those_that_went(pair: Pair) -> None:
    ours, client = pair
    other, other_client = socket.socketpair()
    gone, other_gone = threading.Event(), threading.Event()
    watcher = DisconnectWatcher()

    with other, other_client, watcher.watching(ours, gone.set), watcher.watching(other, other_gone.set):
        other_client.close()

        assert other_gone.wait(SOON)
        assert not gone.is_set()

        client.close()
        assert gone.wait(SOON)


def test_it_watches_again_after_it_had_nothing_to_do(pair: Pair) -> None:
    ours, client = pair
    watcher = DisconnectWatcher()
    with watcher.watching(ours, lambda: None):
        pass
    time.sleep(0.05)
    gone = threading.Event()

    with watcher.watching(ours, gone.set):
        client.close()

        assert gone.wait(SOON)


def test_it_starts_one_thread_and_only_when_there_is_something_to_watch(pair: Pair) -> None:
    before = threading.active_count()
    watcher = DisconnectWatcher()
    assert threading.active_count() == before

    with watcher.watching(pair[0], lambda: None), watcher.watching(pair[1], print):
        assert threading.active_count() == before + 1


def test_it_lets_an_error_of_the_query_through(pair: Pair) -> None:
    with pytest.raises(ZeroDivisionError), DisconnectWatcher().watching(pair[0], lambda: None):
        raise ZeroDivisionError
