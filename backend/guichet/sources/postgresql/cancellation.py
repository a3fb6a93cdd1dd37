"""Asking a database to cancel what a connection runs, without waiting for it.

The driver's own `cancel` keeps all threads of the process waiting until the server has answered, which a paused one
doesn't. It is libpq that asks, so libpq is called as the driver does it, in a thread of its own.
"""

from __future__ import annotations

import ctypes
import threading

import psycopg2.extensions
from psycopg2 import _psycopg

MESSAGE_BYTES = 256

# The driver's library brings libpq along, and so its functions are found in it.
_libpq = ctypes.CDLL(_psycopg.__file__)
_libpq.PQgetCancel.argtypes = [ctypes.c_void_p]
_libpq.PQgetCancel.restype = ctypes.c_void_p
_libpq.PQcancel.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
_libpq.PQfreeCancel.argtypes = [ctypes.c_void_p]


def cancel(connection: psycopg2.extensions.connection) -> None:
    """Ask the server to cancel what the connection runs; return at once.

    The connection must be open, and must not be used for anything else afterwards: when the cancellation arrives is
    not known.
    """
    wanted = _libpq.PQgetCancel(connection.pgconn_ptr)
    if wanted:  # NULL: there is no server any more that could be asked
        threading.Thread(target=_ask, args=(wanted,), name="cancelling", daemon=True).start()


def _ask(wanted: int) -> None:
    try:
        _libpq.PQcancel(wanted, ctypes.create_string_buffer(MESSAGE_BYTES), MESSAGE_BYTES)
    finally:
        _libpq.PQfreeCancel(wanted)
