"""What the driver does not offer of libpq: cancelling without waiting, and preparing a statement without running it.

The driver's own `cancel` keeps all threads of the process waiting until the server has answered, which a paused one
doesn't. And the driver sends SQL in the way that takes several statements; only the other way, by which a statement is
prepared, takes one alone. So libpq is called as the driver does it.
"""

from __future__ import annotations

import ctypes
import threading

import psycopg2.extensions
from psycopg2 import _psycopg

MESSAGE_BYTES = 256
COMMAND_OK = 1
SQLSTATE, POSITION, MESSAGE = b"C", b"P", b"M"

# The driver's library brings libpq along, and so its functions are found in it.
_libpq = ctypes.CDLL(_psycopg.__file__)
_libpq.PQgetCancel.argtypes = [ctypes.c_void_p]
_libpq.PQgetCancel.restype = ctypes.c_void_p
_libpq.PQcancel.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
_libpq.PQfreeCancel.argtypes = [ctypes.c_void_p]
_libpq.PQprepare.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]
_libpq.PQprepare.restype = ctypes.c_void_p
_libpq.PQresultStatus.argtypes = [ctypes.c_void_p]
_libpq.PQresultErrorField.argtypes = [ctypes.c_void_p, ctypes.c_int]
_libpq.PQresultErrorField.restype = ctypes.c_char_p
_libpq.PQclear.argtypes = [ctypes.c_void_p]


class PreparationError(psycopg2.OperationalError):
    """Why a statement can't be prepared, as the driver would raise it.

    :param sqlstate: "" where the connection broke.
    :param has_position: whether the server told at which character.
    """

    def __init__(self, sqlstate: str, message: str, has_position: bool) -> None:
        self.sqlstate = sqlstate
        self.has_position = has_position
        super().__init__(message)

    @property
    def pgcode(self) -> str | None:  # type: ignore[override]  # the driver's own can't be set either
        return self.sqlstate or None


def cancel(connection: psycopg2.extensions.connection) -> None:
    """Ask the server to cancel what the connection runs; return at once.

    The connection must be open, and must not be used for anything else afterwards: when the cancellation arrives is
    not known.
    """
    wanted = _libpq.PQgetCancel(connection.pgconn_ptr)
    if wanted:  # NULL: there is no server any more that could be asked
        threading.Thread(target=_ask, args=(wanted,), name="cancelling", daemon=True).start()


def prepare(connection: psycopg2.extensions.connection, sql: bytes) -> PreparationError | None:
    """Have the server take a text for one statement, without running it. Nothing else may use the connection.

    :returns: why it is none; None where it is.
    """
    result = _libpq.PQprepare(connection.pgconn_ptr, b"", sql, 0, None)
    try:
        if _libpq.PQresultStatus(result) == COMMAND_OK:
            return None
        sqlstate, message, position = (
            (_libpq.PQresultErrorField(result, ord(field)) or b"").decode("utf-8", "replace")
            for field in (SQLSTATE, MESSAGE, POSITION)
        )
        return PreparationError(sqlstate, message, bool(position))
    finally:
        _libpq.PQclear(result)


def _ask(wanted: int) -> None:
    try:
        _libpq.PQcancel(wanted, ctypes.create_string_buffer(MESSAGE_BYTES), MESSAGE_BYTES)
    finally:
        _libpq.PQfreeCancel(wanted)
