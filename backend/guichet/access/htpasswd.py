"""Changes to the `.htpasswd` file: one line each, all others stay as they are, comments too.

Writers take turns by a lock file beside it, which all of Guichet's do (the server's processes and the command). The
new file is whole before it takes the old one's place, so that a reader or a loss of power never meets half of one.
"""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from passlib.hash import bcrypt

from guichet import errors
from guichet.messages import say

# Beyond it bcrypt would not look at the rest.
PASSWORD_BYTES = 72
LOCK_SECONDS = 5.0

NAME = re.compile(r"[^\s:#][^\s:]{0,63}")

Lines = list[bytes]


def find_name_fault(name: str) -> str | None:
    """Say what keeps a name from being a user's, in a sentence; None if nothing does."""
    if not NAME.fullmatch(name) or not name.isprintable():
        return "A user name has 1 to 64 characters, no space and no colon, and doesn’t begin with “#”."
    return None


def find_password_fault(password: str, name: str, minimum: int) -> str | None:
    """Say what is wrong with a new password, in a sentence; None if nothing is."""
    if len(password) < minimum:
        return say("A password has at least {least} characters.", least=minimum)
    if len(password.encode()) > PASSWORD_BYTES:
        return say(
            "A password has at most {most} bytes: that many plain letters, fewer with accents.", most=PASSWORD_BYTES
        )
    if not password.isprintable():
        return "A password can’t have control characters."
    if password.casefold() == name.casefold():
        return "The password can’t be the user name."
    return None


def list_names(path: Path) -> list[str]:
    """List the users in the order of the file."""
    names = (_read_name(line) for line in _read_lines(path))
    return [name.decode("utf-8", "replace") for name in names if name]


def add(path: Path, name: str, password: str, cost: int) -> None:
    """Add a user.

    :param cost: of the bcrypt hash; each step doubles the time that it takes.
    :raises ConflictError: if there is one of that name.
    """
    line = _make_line(name, password, cost)

    def change(lines: Lines) -> Lines:
        if any(_read_name(known) == name.encode() for known in lines):
            raise errors.ConflictError(say("There is a user “{name}” already.", name=name))
        return [*lines, line]

    _rewrite(path, change)


def set_password(path: Path, name: str, password: str, cost: int) -> None:
    """Give a user another password.

    :raises NotFoundError: if there is no such user.
    """
    line = _make_line(name, password, cost)
    _rewrite(path, lambda lines: _replace_lines(lines, name, [line]))


def remove(path: Path, name: str) -> None:
    """Remove a user.

    :raises NotFoundError: if there is no such user.
    """
    _rewrite(path, lambda lines: _replace_lines(lines, name, []))


def _replace_lines(lines: Lines, name: str, by: Lines) -> Lines:
    places = [index for index, line in enumerate(lines) if _read_name(line) == name.encode()]
    if not places:
        raise errors.NotFoundError(say("There is no user “{name}”.", name=name))
    others = [line for index, line in enumerate(lines) if index not in places[1:]]
    return [*others[: places[0]], *by, *others[places[0] + 1 :]]


def _make_line(name: str, password: str, cost: int) -> bytes:
    """Make a user's line, before the lock is taken: hashing takes a while on purpose."""
    stored = bcrypt.using(rounds=cost, ident="2y").hash(password)
    return f"{name}:{stored}".encode()


def _read_name(line: bytes) -> bytes | None:
    name, colon, _ = line.strip().partition(b":")
    return name if colon and not line.lstrip().startswith(b"#") else None


def _read_lines(path: Path) -> Lines:
    with _translate_errors(path), suppress(FileNotFoundError):
        return path.read_bytes().splitlines()
    return []


def _rewrite(path: Path, change: Callable[[Lines], Lines]) -> None:
    """Change the file in its lines.

    :raises AccountsError: if the file can't be written, or others keep it locked.
    """
    path = path.resolve()  # a link stays a link to what is rewritten
    with _translate_errors(path), _lock_file(path):
        text = b"".join(line + b"\n" for line in change(_read_lines(path)))
        _replace_file(path, text)


def _replace_file(path: Path, text: bytes) -> None:
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            _keep_owner_and_mode(path, file.fileno())
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        os.unlink(unfinished)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _keep_owner_and_mode(path: Path, file: int) -> None:
    try:
        old = path.stat()
    except FileNotFoundError:
        return  # the first user: for the server alone to read
    with suppress(PermissionError):
        os.fchown(file, old.st_uid, old.st_gid)
    os.fchmod(file, old.st_mode & 0o7777)


@contextmanager
def _lock_file(path: Path) -> Iterator[None]:
    """Hold the lock; it is released by the system when its holder ends, however that ends."""
    file = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait_for_lock(file)
        yield
    finally:
        os.close(file)


def _wait_for_lock(file: int) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise errors.AccountsError("The file of users is being changed by somebody else. Try again.") from None
            time.sleep(0.01)


@contextmanager
def _translate_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise errors.AccountsError(
            say("The file of users ({file}) can’t be changed: {reason}.", file=path.name, reason=error.strerror or "?")
        ) from error
