"""Connections to a SQLite file that can only read it, and nothing else.

The file is opened read-only. No second file can be attached, no extension loaded, and an authorizer lets statements do
nothing but select: also what a definition asks for that would write a file or tell a path.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from guichet.sources import row_writer

# Combining diacritical marks.
MARKS = re.compile("[\u0300-\u036f]")
# What JavaScript can count to.
SAFE_INTEGER = 2**53 - 1

# Values larger than this are an error, and are not made by a function either.
LONGEST_BYTES = 256 << 20

ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
# What a virtual table, such as that of a full text or of `json_each`, says to SQLite when it is met. In a file that is
# open for reading only, nothing comes of it.
DECLARES = frozenset(
    {
        (sqlite3.SQLITE_CREATE_TABLE, None),
        (sqlite3.SQLITE_INSERT, "sqlite_master"),
        (sqlite3.SQLITE_UPDATE, "sqlite_master"),
    }
)
HARMLESS_PRAGMAS = frozenset({"data_version"})
NO_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "writefile", "readfile", "edit"})
# What a file may bring along (views, triggers, virtual tables) is not trusted.
SETUP = ("PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON")


def connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """Open a file to be read.

    :param busy_seconds: how long a lock of a writer is waited for.
    :raises sqlite3.Error: if it can't be opened.
    """
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,  # whoever cancels does so from another thread
    )
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_BYTES)
    for statement in SETUP:
        connection.execute(statement)
    connection.create_function("guichet_text", 1, write_text, deterministic=True)
    connection.create_function("guichet_json", 1, write_json, deterministic=True)
    connection.create_function("guichet_fold", 1, fold, deterministic=True)
    connection.create_function("guichet_digits", 1, keep_digits, deterministic=True)
    connection.create_function("guichet_matches", 2, matches, deterministic=True)
    return connection


def guard(connection: sqlite3.Connection) -> None:
    """Let every statement from now on do nothing but select."""
    connection.set_authorizer(authorize)


def unguard(connection: sqlite3.Connection) -> None:
    """Let statements of our own do more."""
    connection.set_authorizer(None)


def authorize(action: int, first: str | None, second: str | None, *_: Any) -> int:
    """Allow what a query does, and nothing else."""
    if action == sqlite3.SQLITE_FUNCTION:
        allowed = (second or "").lower() not in NO_FUNCTIONS
    elif action == sqlite3.SQLITE_PRAGMA:
        allowed = first in HARMLESS_PRAGMAS and second is None
    else:
        allowed = action in ALLOWED or (action, None) in DECLARES or (action, first) in DECLARES
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def write_text(value: Any) -> str | None:
    """Write a value as PostgreSQL prints it."""
    return None if value is None else row_writer.write_text(value)


def write_json(value: Any) -> str:
    """Write a value that is no text as JSON; a number that JavaScript would round, or JSON has not, is a text."""
    if value is None:
        return "null"
    if isinstance(value, int) and abs(value) <= SAFE_INTEGER:
        return str(value)
    text = row_writer.write_text(value)
    if isinstance(value, float) and math.isfinite(value):
        return text
    return json.dumps(text, ensure_ascii=False)


def fold(value: Any) -> Any:
    """Return a text without accents and capitals."""
    return _fold(value) if isinstance(value, str) else value


def _fold(text: str) -> str:
    return text.lower() if text.isascii() else MARKS.sub("", unicodedata.normalize("NFD", text)).casefold()


def keep_digits(value: Any) -> str | None:
    """Return the digits of a text."""
    return None if value is None else re.sub(r"[^0-9]", "", str(value))


def matches(text: Any, pattern: str) -> bool:
    """Tell whether a regular expression is found in a text."""
    return isinstance(text, str) and re.search(pattern, text) is not None
