"""A server that is not what it seems: it asks for our files, says nothing, or sends nonsense."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from guichet import errors
from guichet.sources.mariadb.source import MariaDBSource

Make = Callable[..., MariaDBSource]
OK = b"\x00\x00\x00\x02\x00\x00\x00"
GREETING = (
    b"\x0a5.5.5-10.11.19-MariaDB\x00"
    + struct.pack("<I", 7)
    + b"a" * 8
    + b"\x00"
    + struct.pack("<H", 0xF7FF)
    + b"\x2d"
    + struct.pack("<H", 2)
    + struct.pack("<H", 0x81FF)
    + b"\x15"
    + b"\x00" * 10
    + b"b" * 12
    + b"\x00"
    + b"mysql_native_password\x00"
)
GREETING = GREETING.replace(struct.pack("<H", 0xF7FF), struct.pack("<H", 0xF7FF & ~0x0800), 1)  # without TLS


class Hostile:
    """Greets as MariaDB does, takes any password, and answers each query by what it was told."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer
        self.received = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self.listener.accept()
                threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        with peer, suppress(OSError, struct.error):
            _send(peer, GREETING, 0)
            _receive(peer)
            _send(peer, OK, 2)
            while (query := _receive(peer)) and query[:1] == b"\x03":
                if not query[1:].startswith(b"SELECT"):
                    _send(peer, OK, 1)
                elif self.answer is not None:
                    _send(peer, self.answer, 1)
                    self.received += _receive(peer)
                else:
                    peer.recv(1)

    def close(self) -> None:
        self.listener.close()


def _send(peer: socket.socket, payload: bytes, number: int) -> None:
    peer.sendall(struct.pack("<I", len(payload))[:3] + bytes([number]) + payload)


def _receive(peer: socket.socket) -> bytes:
    head = _exactly(peer, 4)
    return _exactly(peer, int.from_bytes(head[:3], "little")) if head else b""


def _exactly(peer: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = peer.recv(length - len(data))
        if not piece:
            return b""
        data += piece
    return data


@pytest.fixture
def hostile(request: pytest.FixtureRequest) -> Iterator[Hostile]:
    server = Hostile(request.param)
    yield server
    server.close()


@pytest.mark.parametrize("hostile", [b"\xfb/etc/passwd", b"\x05", b"\xff", b""], indirect=True)
@pytest.mark.parametrize("streams", [False, True])
def test_it_gets_no_file_and_no_answer_is_made_of_nonsense(make_source: Make, hostile: Hostile, streams: bool) -> None:
    source = make_source(url=f"mariadb://reader:secret@127.0.0.1:{hostile.port}/shop", connect_seconds=2)
    with pytest.raises(errors.SourceError), source.session(0.1) as session:
        list(session.stream("SELECT 1", {})) if streams else session.fetch("SELECT 1", {})

    assert b"root" not in hostile.received


@pytest.mark.parametrize("hostile", [None], indirect=True)
def test_one_that_says_nothing_is_not_waited_for(make_source: Make, hostile: Hostile) -> None:
    source = make_source(url=f"mariadb://reader:secret@127.0.0.1:{hostile.port}/shop", connect_seconds=2)
    with pytest.raises(errors.SourceUnavailableError), source.session(0.5) as session:
        session.fetch("SELECT 1", {})
