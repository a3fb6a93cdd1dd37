"""Users from `.htpasswd` and their groups from `.htgroup`, read anew when the files change.

Checking a bcrypt password takes a tenth of a second on purpose; so one that was right is remembered for a while, in
memory and only as a keyed hash. Hashes that are easily broken (plain text, DES crypt, unsalted SHA-1) are refused.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from passlib.apache import HtpasswdFile
from passlib.context import CryptContext
from passlib.hash import bcrypt

logger = logging.getLogger(__name__)

HASHES = CryptContext(["bcrypt", "sha512_crypt", "sha256_crypt", "apr_md5_crypt"])

# Verified for names that don't exist, so that the time of an answer doesn't tell which do.
NOBODY = bcrypt.using(rounds=10).hash(secrets.token_hex(16)).encode()

REMEMBERED = 1000

DEMO = ("demo", "demo")


@dataclass(frozen=True)
class User:
    """Who is signed in."""

    name: str
    groups: frozenset[str]


@dataclass
class _Files:
    passwords: HtpasswdFile
    groups: dict[str, frozenset[str]]
    stamp: tuple[object, ...]


class Accounts:
    """The users of one portal.

    :param htgroup: may be absent: then nobody is in any group.
    :param cache_seconds: how long a verified password is remembered.
    """

    def __init__(
        self,
        htpasswd: Path,
        htgroup: Path,
        cache_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._htpasswd = htpasswd
        self._htgroup = htgroup
        self._cache_seconds = cache_seconds
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._verified: dict[bytes, float] = {}
        self._files: _Files | None = None
        self._lock = threading.Lock()

    def sign_in(self, name: str, password: str) -> User | None:
        """Returns the user, or None if there is no such name or the password is wrong."""
        files = self._current()
        stored = _stored(files.passwords, name)
        if not self._is_right(name, password, stored):
            return None
        return User(name, files.groups.get(name, frozenset()))

    def find(self, name: str, fingerprint: str) -> User | None:
        """Returns the user, or None if they were removed or have another password by now."""
        files = self._current()
        known = _fingerprint(_stored(files.passwords, name))
        if known is None or not hmac.compare_digest(known, fingerprint):
            return None
        return User(name, files.groups.get(name, frozenset()))

    def fingerprint(self, name: str) -> str | None:
        """Returns what tells a user's password from their next one, and nothing else of it."""
        return _fingerprint(_stored(self._current().passwords, name))

    def remembers(self, name: str, password: str) -> bool:
        """Tells whether this password was verified a short while ago, without verifying it."""
        stored = _stored(self._current().passwords, name)
        return stored is not None and self._is_remembered(self._mark(name, password, stored))

    def accepts_demo_password(self) -> bool:
        """Tells whether the demo's well-known password would be let in."""
        stored = _stored(self._current().passwords, DEMO[0])
        return _verify(DEMO[1], stored)

    def _is_right(self, name: str, password: str, stored: bytes | None) -> bool:
        if stored is None:
            _verify(password, NOBODY)
            return False
        mark = self._mark(name, password, stored)
        if self._is_remembered(mark):
            return True
        if not _verify(password, stored):
            return False
        self._remember(mark)
        return True

    def _mark(self, name: str, password: str, stored: bytes) -> bytes:
        parts = (name.encode(), password.encode(), stored)
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self._key, message, hashlib.sha256)

    def _is_remembered(self, mark: bytes) -> bool:
        with self._lock:
            return self._verified.get(mark, 0) > self._clock()

    def _remember(self, mark: bytes) -> None:
        now = self._clock()
        with self._lock:
            if len(self._verified) >= REMEMBERED:
                self._verified = {known: until for known, until in self._verified.items() if until > now}
            if len(self._verified) < REMEMBERED:
                self._verified[mark] = now + self._cache_seconds

    def _current(self) -> _Files:
        stamp = (_stamp(self._htpasswd), _stamp(self._htgroup))
        files = self._files
        if files is None or files.stamp != stamp:
            files = self._files = _Files(self._read_passwords(), self._read_groups(), stamp)
        return files

    def _read_passwords(self) -> HtpasswdFile:
        try:
            return HtpasswdFile.from_string(self._htpasswd.read_bytes())
        except (OSError, ValueError) as error:
            logger.error("%s can't be read, so nobody can sign in: %s", self._htpasswd, error)
            return HtpasswdFile()

    def _read_groups(self) -> dict[str, frozenset[str]]:
        try:
            text = self._htgroup.read_text("utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            logger.error("%s can't be read, so nobody is in any group: %s", self._htgroup, error)
            return {}
        return groups_of(text)


def groups_of(text: str) -> dict[str, frozenset[str]]:
    """Reads Apache's group file: `group: user user …`, one group a line, `#` for comments.

    :returns: the groups of each user.
    """
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        group, colon, members = line.strip().partition(":")
        if not colon or group.startswith("#"):
            continue
        for name in members.split():
            found.setdefault(name, set()).add(group.strip())
    return {name: frozenset(groups) for name, groups in found.items()}


def _stored(passwords: HtpasswdFile, name: str) -> bytes | None:
    try:
        found: bytes | None = passwords.get_hash(name)
    except ValueError:  # a name that can't be in such a file, such as one with a line break
        return None
    return found


def _fingerprint(stored: bytes | None) -> str | None:
    """The salted hash, hashed again: equal in each process, and of no use for guessing."""
    return hashlib.sha256(b"guichet account\0" + stored).hexdigest()[:32] if stored is not None else None


def _verify(password: str, stored: bytes | None) -> bool:
    if stored is None:
        return False
    try:
        return bool(HASHES.verify(password.encode()[:72] if stored.startswith(b"$2") else password, stored))
    except ValueError:  # a hash of a kind that is not accepted, or a NUL in the password
        return False


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)
