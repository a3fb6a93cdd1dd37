"""gunicorn's worker of threads, for clients that are slow, by their line or on purpose.

A thread is given to a request that is there, not to a connection that may send one: heads and short bodies are gathered
by the event loop, for no longer than so long. What a thread still reads or writes has its pace. When there are as many
connections as there may be, the one that has been silent for the longest makes room.
"""

from __future__ import annotations

import errno
import json
import logging
import re
import selectors
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from gunicorn import util
from gunicorn.http import errors as http_errors
from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

logger = logging.getLogger(__name__)

HEAD_SECONDS = 10.0
# How long a process that ends waits for the first byte of a request: it may have come already.
SILENT_SECONDS = 0.5
HEAD_BYTES = 1 << 16
# Bodies up to here are gathered before there is a thread for them; longer ones a thread reads.
BODY_BYTES = 1 << 14
# How long all of a body may take.
BODY_SECONDS = 900.0
# What must be taken, or come, within the time that a client may be silent.
PIECE_BYTES = 1 << 16
# How long a connection is kept that ends, and how much is read from it, so that its answer arrives.
LINGER_SECONDS = 2.0
LINGER_BYTES = 1 << 16
# How long a thread reads on in a body that nobody wanted.
LEFT_SECONDS = 0.1

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
# A client that waits for “100 Continue”, or doesn't say how much it will send.
UNMEASURED = re.compile(rb"\r\n(?:expect|transfer-encoding):", re.IGNORECASE)


class OverlongLineError(Exception):
    """The first line of a request is longer than is read."""


class OverlongHeadError(Exception):
    """The headers of a request are longer than is read."""


STATUSES: dict[type[Exception], HTTPStatus] = {
    http_errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    http_errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    OverlongLineError: HTTPStatus.REQUEST_URI_TOO_LONG,
    OverlongHeadError: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    http_errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    http_errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    http_errors.ForbiddenProxyRequest: HTTPStatus.FORBIDDEN,
    TimeoutError: HTTPStatus.REQUEST_TIMEOUT,
    http_errors.ParseException: HTTPStatus.BAD_REQUEST,
}
# As the API calls them.
NAMES = {HTTPStatus.REQUEST_TIMEOUT: "stalled", HTTPStatus.INTERNAL_SERVER_ERROR: "bug"}
DETAILS = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is too long. Long criteria can be sent in the body, by POST.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers of the request are too long.",
    HTTPStatus.REQUEST_TIMEOUT: "The request did not come in time. Send it again.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "This is a fault of the portal, not yours. Quote the id to whoever runs it.",
}
UNREADABLE = "The request is not HTTP as this server reads it."


class PacedSocket(socket.socket):
    """A client's connection that is never waited for without end while a thread reads or writes it.

    :param seconds: how long the client may send or take nothing.
    """

    seconds = 30.0
    _reads_until = float("inf")

    @classmethod
    def take_over(cls, accepted: socket.socket, seconds: float) -> PacedSocket:
        """Take over a socket that was accepted."""
        made = cls(fileno=accepted.detach())
        made.seconds = seconds
        return made

    def setblocking(self, flag: bool, /) -> None:
        """Begin to wait for the client, a limited time each; or no longer wait at all."""
        if flag:
            self._reads_until = time.monotonic() + BODY_SECONDS
            self.settimeout(self.seconds)
        else:
            super().setblocking(False)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Read what has come.

        :raises TimeoutError: if nothing comes, or the whole takes too long.
        """
        if self.gettimeout() and time.monotonic() > self._reads_until:
            raise TimeoutError("the request takes too long")
        return super().recv(size, flags)

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Write all of it, piece by piece.

        :raises BrokenPipeError: if the client takes too little.
        """
        previous = self.gettimeout()
        if not previous:
            super().sendall(data, flags)
            return
        view = memoryview(data).cast("B")
        self.settimeout(self.seconds)
        try:
            for start in range(0, len(view), PIECE_BYTES):
                super().sendall(view[start : start + PIECE_BYTES], flags)
        except TimeoutError:
            raise BrokenPipeError(errno.EPIPE, "the client takes too little") from None
        finally:
            with suppress(OSError):
                self.settimeout(previous)


@dataclass
class _AwaitedConnection:
    """A connection that a request, or the end, is awaited of."""

    until: float
    gathered: bytearray = field(default_factory=bytearray)
    has_head: bool = False
    drained: int = 0


class PacedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves connections.

    `seconds` is how long a client may be silent, `body_seconds` how long a short body may take.
    """

    seconds: ClassVar[float] = 30.0
    body_seconds: ClassVar[float] = 20.0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._awaited: dict[TConn, _AwaitedConnection] = {}
        self._ending: dict[TConn, _AwaitedConnection] = {}

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, and wait for its request."""
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        client = PacedSocket.take_over(accepted, self.seconds)
        self._await_request(TConn(self.cfg, client, address, listener.getsockname()))
        if self.nr_conns >= self.worker_connections - 1:
            self._make_room()

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Take note of a kept connection's next request."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_request(conn)

    def finish_request(self, conn: TConn, future: Any) -> None:
        """Keep the connection for another request, or end it without anybody waiting for that."""
        try:
            keeps = not future.cancelled() and bool(future.result())
            ahead = conn.parser.unreader.take_buffered() if keeps else b""
        except Exception:
            self._forget(conn)
            return
        if not keeps:
            self._begin_close(conn)
        elif ahead:
            self._await_request(conn, ahead)
        else:
            super().finish_request(conn, future)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Tell whether the connection can have another request: not where a body was left that is still to come."""
        return bool(keepalive and conn.parser.finish_body(deadline=time.monotonic() + LEFT_SECONDS))

    def murder_pending(self) -> None:
        """Give up those of whom nothing came in time."""
        super().murder_pending()
        now = time.monotonic()
        for conn, waiting in list(self._awaited.items()):
            idle = not waiting.gathered
            is_silent = idle and waiting.until - HEAD_SECONDS + SILENT_SECONDS <= now
            if waiting.until <= now or (is_silent and not self.alive):
                self._stop_watching(conn)
                if idle:
                    self._forget(conn)
                else:
                    self._refuse(conn, TimeoutError("the request did not come in time"))
        for conn, waiting in list(self._ending.items()):
            if waiting.until <= now:
                self._stop_watching(conn)
                self._forget(conn)

    def _await_request(self, conn: TConn, ahead: bytes = b"") -> None:
        waiting = _AwaitedConnection(time.monotonic() + HEAD_SECONDS, bytearray(ahead))
        conn.sock.setblocking(False)
        if ahead and self._is_ready(waiting):
            self._hand_over(conn, waiting)
            return
        self._awaited[conn] = waiting
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._guard_handler, conn, self._read_head))

    def _guard_handler(
        self, conn: TConn, attend: Callable[[TConn, socket.socket], None], client: socket.socket
    ) -> None:
        """Have an error end its connection, and not the process."""
        try:
            attend(conn, client)
        except Exception:
            logger.exception("a connection failed")
            self._stop_watching(conn)
            self._forget(conn)

    def _read_head(self, conn: TConn, client: socket.socket) -> None:
        waiting = self._awaited[conn]
        came = self._receive(client)
        if came is None:
            return
        if not came:
            self._stop_watching(conn)
            if waiting.has_head:  # less than was announced: the application says so
                self._hand_over(conn, waiting)
            else:
                self._forget(conn)
            return
        waiting.gathered += came
        if not waiting.has_head and HEAD_END not in waiting.gathered and len(waiting.gathered) > HEAD_BYTES:
            self._stop_watching(conn)
            self._refuse(conn, _build_overlong_error(waiting.gathered))
        elif self._is_ready(waiting):
            self._stop_watching(conn)
            self._hand_over(conn, waiting)

    def _is_ready(self, waiting: _AwaitedConnection) -> bool:
        """Tell whether so much of a request has come that a thread is needed for it."""
        head, end, body = waiting.gathered.partition(HEAD_END)
        if not end:
            return False
        if not waiting.has_head:
            waiting.has_head, waiting.until = True, time.monotonic() + self.body_seconds
        length = LENGTH.search(head + b"\r\n")
        if length is None or UNMEASURED.search(head):
            return True
        return len(body) >= int(length[1]) or int(length[1]) > BODY_BYTES

    def _hand_over(self, conn: TConn, waiting: _AwaitedConnection) -> None:
        if conn.parser is None:
            conn.parser = get_parser(self.cfg, conn.sock, conn.client)
        conn.parser.unreader.unread(bytes(waiting.gathered))
        conn.data_ready = True
        self.enqueue_req(conn)

    def _make_room(self) -> None:
        """Close the connection that has been waited for the longest, of those whose request isn't there yet."""
        conn = next(iter(self._awaited), None)
        if conn is not None:
            self._stop_watching(conn)
            self._forget(conn)
        elif self.keepalived_conns:
            conn = self.keepalived_conns.popleft()
            self._unregister(conn)
            self._forget(conn)

    def _refuse(self, conn: TConn, error: Exception) -> None:
        self.handle_error(None, conn.sock, conn.client, error)
        self._begin_close(conn)

    def _begin_close(self, conn: TConn) -> None:
        """Say that nothing more comes, and close when the client does, so that it gets all of the answer."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._guard_handler, conn, self._drain_input))
        except (OSError, KeyError, ValueError):
            self._forget(conn)
            return
        self._ending[conn] = _AwaitedConnection(time.monotonic() + LINGER_SECONDS)

    def _drain_input(self, conn: TConn, client: socket.socket) -> None:
        waiting = self._ending[conn]
        came = self._receive(client)
        waiting.drained += len(came or b"")
        if came == b"" or waiting.drained > LINGER_BYTES:
            self._stop_watching(conn)
            self._forget(conn)

    def _stop_watching(self, conn: TConn) -> None:
        self._awaited.pop(conn, None)
        self._ending.pop(conn, None)
        self._unregister(conn)

    def _unregister(self, conn: TConn) -> None:
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)

    def _forget(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    @staticmethod
    def _receive(client: socket.socket) -> bytes | None:
        """Read what has come: None if nothing has, nothing if the client is gone."""
        try:
            return client.recv(PIECE_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer what could not be read, or failed before the application could say so, as a problem."""
        status = next((STATUSES[base] for base in type(exc).__mro__ if base in STATUSES), None)
        request_id = uuid.uuid4().hex
        if status is None:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            logger.error("%s failed outside of the application", request_id, exc_info=exc)
        else:
            logger.warning("%s a request of %s can't be read: %s", request_id, (addr or ("a socket",))[0], exc)
        with suppress(OSError):
            util.write_nonblock(client, _build_problem(status, request_id))


def _build_overlong_error(gathered: bytearray) -> Exception:
    if b"\r\n" in gathered:
        return OverlongHeadError("the headers don't end")
    return OverlongLineError("the first line doesn't end")


def _build_problem(status: HTTPStatus, request_id: str) -> bytes:
    body = json.dumps(
        {
            "type": f"urn:guichet:problem:{NAMES.get(status) or status.phrase.lower().replace(' ', '-')}",
            "title": status.phrase,
            "status": status.value,
            "detail": DETAILS.get(status, UNREADABLE),
            "instance": "",
            "request_id": request_id,
            "retryable": status == HTTPStatus.REQUEST_TIMEOUT,
        }
    ).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "Connection: close\r\n"
        "Content-Type: application/problem+json\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"X-Request-Id: {request_id}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body
