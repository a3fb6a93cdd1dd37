"""Users from `.htpasswd` and their groups from `.htgroup`, read anew when the files change.

A line that can't be read costs its own user alone. While a file can't be read at all, what was read before is kept, and
`Accounts.fault` says why. A file of passwords that names nobody is read: nobody signs in by it. It is a fault all the
same, as it may have been cut off: what depends on who is a user waits until somebody is in it.

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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from passlib.context import CryptContext
from passlib.hash import bcrypt

from guichet import errors
from guichet.access import htpasswd

logger = logging.getLogger(__name__)

HASHES = CryptContext(["bcrypt", "sha512_crypt", "sha256_crypt", "apr_md5_crypt"])

# Verified for a name that doesn't exist, where there is no user whose hash could be.
NOBODY: bytes = bcrypt.using(rounds=10).hash(secrets.token_hex(16)).encode()

REMEMBERED = 1000

# What a hash begins with that locks an account on purpose.
LOCKED = (b"!", b"*")

DEMO = ("demo", "demo")


@dataclass(frozen=True)
class User:
    """Who is signed in."""

    name: str
    groups: frozenset[str]


@dataclass
class _Files:
    """What was read, and why a file could not be.

    :param passwords: the hash of each user.
    :param are_known: whether both files were read, now or before, and somebody is a user.
    """

    passwords: Mapping[str, bytes]
    groups: Mapping[str, frozenset[str]]
    faults: tuple[str, ...]
    are_known: bool
    stamp: tuple[object, ...]


class Accounts:
    """The users of one portal.

    :param group_file: may be absent: then nobody is in any group.
    :param cache_seconds: how long a verified password is remembered.
    """

    def __init__(
        self,
        password_file: Path,
        group_file: Path,
        cache_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._htpasswd = password_file
        self._htgroup = group_file
        self._cache_seconds = cache_seconds
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._verified: dict[bytes, float] = {}
        self._files: _Files | None = None
        self._lock = threading.Lock()

    def sign_in(self, name: str, password: str) -> User | None:
        """Return the user, or None if there is no such name or the password is wrong."""
        files = self._load_current()
        stored = files.passwords.get(name)
        if not self._is_right(name, password, stored):
            return None
        return User(name, files.groups.get(name, frozenset()))

    def find(self, name: str, fingerprint: str) -> User | None:
        """Return the user, or None if they were removed or have another password by now."""
        files = self._load_current()
        known = _make_fingerprint(files.passwords.get(name))
        if known is None or not hmac.compare_digest(known, fingerprint):
            return None
        return User(name, files.groups.get(name, frozenset()))

    def find_member(self, name: str) -> User | None:
        """Return a user with their groups, or None if there is none of that name, or not any more.

        :raises AccountsError: if the users and their groups could not be read yet.
        """
        files = self._load_current()
        if not files.are_known:
            raise errors.AccountsError("The files of users and groups can't be read at the moment.")
        return User(name, files.groups.get(name, frozenset())) if name in files.passwords else None

    def fingerprint(self, name: str) -> str | None:
        """Return what tells a user's password from their next one, and nothing else of it."""
        return _make_fingerprint(self._load_current().passwords.get(name))

    def version(self) -> object:
        """Return what is another object as soon as a file has changed."""
        return self._load_current()

    def fingerprints(self) -> Mapping[str, str] | None:
        """Return the fingerprint of each user's password, in the order of the file; None if it can't be read now.

        A user whose line has a fault is there all the same, with an empty one.
        """
        files = self._load_current()
        if files.faults:
            return None
        return {
            name: _make_fingerprint(files.passwords.get(name)) or "" for name in htpasswd.list_names(self._htpasswd)
        }

    def remembers(self, name: str, password: str) -> bool:
        """Tell whether this password was verified a short while ago, without verifying it."""
        stored = self._load_current().passwords.get(name)
        return stored is not None and self._is_remembered(self._make_mark(name, password, stored))

    def accepts_demo_password(self) -> bool:
        """Tell whether the demo's well-known password would be let in."""
        stored = self._load_current().passwords.get(DEMO[0])
        return _verify(DEMO[1], stored)

    def _is_right(self, name: str, password: str, stored: bytes | None) -> bool:
        if stored is None or stored[:1] in LOCKED:
            _verify(password, self._choose_stand_in(name))
            return False
        mark = self._make_mark(name, password, stored)
        if self._is_remembered(mark):
            return True
        if not _verify(password, stored):
            return False
        self._remember(mark)
        return True

    def _choose_stand_in(self, name: str) -> bytes:
        """Return another user's hash, to be verified for a name that doesn't exist: it takes the time of one that does.

        A name has the same one each time, as it would if it existed.
        """
        usable: list[bytes] = [stored for stored in self._load_current().passwords.values() if stored[:1] not in LOCKED]
        if not usable:
            return NOBODY
        chosen = hmac.digest(self._key, name.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return usable[int.from_bytes(chosen[:8], "big") % len(usable)]

    def _make_mark(self, name: str, password: str, stored: bytes) -> bytes:
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

    def fault(self) -> str | None:
        """Tell why the users or their groups can't be read, or return None."""
        return "; ".join(self._load_current().faults) or None

    def _load_current(self) -> _Files:
        stamp = (_read_stamp(self._htpasswd), _read_stamp(self._htgroup))
        files = self._files
        if files is None or files.stamp != stamp:
            files = self._files = self._read(files, stamp)
        return files

    def _read(self, before: _Files | None, stamp: tuple[object, ...]) -> _Files:
        """Read both files, each of them or what it was before."""
        faults: list[str] = []
        passwords, groups = before.passwords if before else {}, before.groups if before else {}
        try:
            passwords = self._read_passwords()
        except (OSError, ValueError) as error:
            faults.append(f"{self._htpasswd} can't be read: {_describe_failure(error)}")
        else:
            if not passwords:
                faults.append(f"{self._htpasswd}: there is no user in it")
        try:
            groups = self._read_groups()
        except (OSError, ValueError) as error:
            faults.append(f"{self._htgroup} can't be read: {_describe_failure(error)}")
        for fault in faults:
            kept = "what was read before is kept" if before and passwords else "nobody can sign in by it"
            logger.error("%s; %s", fault, kept)
        are_known = bool(passwords) and (not faults or (before is not None and before.are_known))
        return _Files(passwords, groups, tuple(faults), are_known, stamp)

    def _read_passwords(self) -> Mapping[str, bytes]:
        passwords, faults = parse_passwords(self._htpasswd.read_bytes())
        for line, fault in faults:
            logger.error("%s: line %d is left out: %s", self._htpasswd, line, fault)
        if faults and not passwords:
            raise ValueError("no line of it names a user")
        return passwords

    def _read_groups(self) -> Mapping[str, frozenset[str]]:
        try:
            return parse_groups(self._htgroup.read_text("utf-8"))
        except FileNotFoundError:
            return {}


def parse_passwords(content: bytes) -> tuple[dict[str, bytes], list[tuple[int, str]]]:
    """Read Apache's password file: `name:hash`, one user a line, `#` for comments. Of two lines the first counts.

    :returns: the hash of each user, and what is wrong with the other lines, by their number.
    """
    passwords: dict[str, bytes] = {}
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(b"#"):
            continue
        name, *rest = line.strip().split(b":")
        stored = rest[0] if rest else b""
        fault = "it is not `name:hash`" if not (name and rest) else find_hash_fault(stored)
        try:
            user = name.decode()
        except ValueError:
            fault = "the name is not UTF-8"
        if fault:
            faults.append((number, fault))
        else:
            passwords.setdefault(user, stored)
    return passwords, faults


def find_hash_fault(stored: bytes) -> str | None:
    """Tell why nobody can sign in by a hash, or return None. `!` and `*` lock an account on purpose."""
    if stored[:1] in LOCKED:
        return None
    try:
        kind = HASHES.identify(stored, resolve=True)
        whole = kind is not None and kind.from_string(stored).checksum is not None
    except ValueError:
        whole = False
    else:
        if kind is None:
            return "its hash is of a kind that is not accepted: use bcrypt (htpasswd -B)"
    return None if whole else "its hash is cut off"


def _describe_failure(error: OSError | ValueError) -> str:
    if isinstance(error, IsADirectoryError):
        return "it is a folder (Docker makes one where the file to mount is missing)"
    return (isinstance(error, OSError) and error.strerror) or str(error)


def parse_groups(text: str) -> dict[str, frozenset[str]]:
    """Read Apache's group file: `group: user user …`, one group a line, `#` for comments.

    :returns: the groups of each user.
    """
    groups_of: dict[str, set[str]] = {}
    for line in text.splitlines():
        group, colon, members = line.strip().partition(":")
        if not colon or group.startswith("#"):
            continue
        for name in members.split():
            groups_of.setdefault(name, set()).add(group.strip())
    return {name: frozenset(groups) for name, groups in groups_of.items()}


def _make_fingerprint(stored: bytes | None) -> str | None:
    """Hash the salted hash again: equal in each process, and of no use for guessing."""
    return hashlib.sha256(b"guichet account\0" + stored).hexdigest()[:32] if stored is not None else None


def _verify(password: str, stored: bytes | None) -> bool:
    if stored is None:
        return False
    try:
        return bool(HASHES.verify(password.encode()[:72] if stored.startswith(b"$2") else password, stored))
    except ValueError:  # a hash of a kind that is not accepted, or a NUL in the password
        return False


def _read_stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)
