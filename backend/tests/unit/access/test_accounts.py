"""Users from `.htpasswd`, their groups from `.htgroup`, as the files are now."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from passlib.hash import apr_md5_crypt, bcrypt, des_crypt, ldap_sha1, sha256_crypt, sha512_crypt

from guichet import errors
from guichet.access import htpasswd
from guichet.access.accounts import Accounts, User, parse_groups

BCRYPT = bcrypt.using(rounds=4)


@dataclass
class Clock:
    """The one thing that is faked: time."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Files:
    """A pair of Apache's files. Each writing of them is newer than the one before."""

    folder: Path
    time: int = 1_700_000_000

    @property
    def passwords(self) -> Path:
        return self.folder / "passwords"

    @property
    def groups(self) -> Path:
        return self.folder / "groups"

    def write(self, path: Path, text: str | bytes) -> None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.time += 1
        os.utime(path, (self.time, self.time))

    def write_users(self, **hashes: str) -> None:
        self.write(self.passwords, "".join(f"{name}:{stored}\n" for name, stored in hashes.items()))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    made = Files(tmp_path)
    made.write_users(anne=BCRYPT.hash("right"), demo=BCRYPT.hash("other"))
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(files: Files, clock: Clock) -> Accounts:
    return Accounts(files.passwords, files.groups, cache_seconds=300, clock=clock)


def test_it_signs_in_who_knows_the_password(accounts: Accounts) -> None:
    assert accounts.sign_in("anne", "right") == User("anne", frozenset())


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anne", "wrong"),
        ("anne", ""),
        ("anne", "right "),
        ("Anne", "right"),
        ("nobody", "right"),
        ("", ""),
        ("anne", "ri\0ght"),
        ("nobody", "ri\0ght"),
        ("anne", "é" * 72),
        ("nobody", "é" * 72),
        ("nobody", "x" * 100_000),
        ("anne", "x" * 100_000),
        ("a\nb", "right"),
        ("a:b", "right"),
        ("a\0b", "right"),
        ("x" * 300, "right"),
        ("é" * 200, "right"),
        ("#anne", "right"),
        ("日本", "語"),
    ],
    ids=lambda text: text[:10],
)
def test_it_signs_nobody_else_in(accounts: Accounts, name: str, password: str) -> None:
    assert accounts.sign_in(name, password) is None
    assert accounts.remembers(name, password) is False


@pytest.mark.parametrize(
    "stored",
    [
        BCRYPT.hash("right"),
        BCRYPT.hash("right").replace("$2b$", "$2y$"),
        sha512_crypt.using(rounds=1000).hash("right"),
        sha256_crypt.using(rounds=1000).hash("right"),
        apr_md5_crypt.hash("right"),
    ],
    ids=lambda stored: stored[:4],
)
def test_it_takes_the_hashes_that_are_hard_to_break(accounts: Accounts, files: Files, stored: str) -> None:
    files.write_users(anne=stored)

    assert accounts.sign_in("anne", "right")
    assert not accounts.sign_in("anne", "wrong")


@pytest.mark.parametrize(
    "stored",
    ["right", des_crypt.hash("right"), ldap_sha1.hash("right"), "", "*", "!", "$2b$04$short", "$9$unknown"],
    ids=["plain", "des", "sha1", "empty", "locked", "locked too", "cut off", "unknown"],
)
def test_it_takes_no_hash_that_is_easily_broken_or_none(accounts: Accounts, files: Files, stored: str) -> None:
    files.write_users(anne=stored)

    assert accounts.sign_in("anne", "right") is None
    assert accounts.sign_in("anne", stored) is None


def test_it_takes_passwords_in_any_script(accounts: Accounts, files: Files) -> None:
    files.write_users(anne=BCRYPT.hash("pässwörd ¤"), rené=BCRYPT.hash("x"))

    assert accounts.sign_in("anne", "pässwörd ¤")
    assert accounts.sign_in("rené", "x")


def test_it_reads_the_file_again_when_it_changed(accounts: Accounts, files: Files) -> None:
    assert accounts.sign_in("anne", "right")

    files.write_users(anne=BCRYPT.hash("changed"), ben=BCRYPT.hash("new"))
    assert not accounts.sign_in("anne", "right")
    assert accounts.sign_in("anne", "changed")
    assert accounts.sign_in("ben", "new")

    files.write_users(ben=BCRYPT.hash("new"))
    assert not accounts.sign_in("anne", "changed")


@pytest.mark.parametrize("content", [b"\xff\xfe\0", b"no colon in it\n"])
def test_it_lets_nobody_in_while_the_file_has_never_been_read(accounts: Accounts, files: Files, content: bytes) -> None:
    files.write(files.passwords, content)

    assert accounts.sign_in("anne", "right") is None
    assert accounts.fault() == f"{files.passwords} can't be read: no line of it names a user"


@pytest.mark.parametrize("content", [b"", b"\r\n", b"# nobody at the moment\n"])
def test_a_file_without_users_lets_nobody_in_and_says_nothing_of_who_is_one(
    accounts: Accounts, files: Files, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    assert accounts.sign_in("anne", "right")
    anne = accounts.fingerprint("anne")
    assert anne

    files.write(files.passwords, content)
    assert accounts.sign_in("anne", "right") is None
    assert not accounts.remembers("anne", "right")
    assert accounts.find("anne", anne) is None
    assert accounts.fault() == f"{files.passwords}: there is no user in it"
    assert caplog.messages == [f"{files.passwords}: there is no user in it; nobody can sign in by it"]
    assert accounts.fingerprints() is None
    with pytest.raises(errors.AccountsError):
        accounts.find_member("anne")

    files.write_users(anne=BCRYPT.hash("right"))
    assert accounts.sign_in("anne", "right")
    assert accounts.fault() is None
    assert accounts.find_member("anne")


def test_whoever_is_removed_last_signs_in_no_more(accounts: Accounts, files: Files) -> None:
    for name in list(accounts.fingerprints() or {}):
        htpasswd.remove(files.passwords, name)
    assert accounts.sign_in("anne", "right") is None


def _garble(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\0")


def _make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("accident", [_garble, Path.unlink, _make_a_folder])
def test_it_keeps_what_it_knew_while_the_file_cannot_be_read_and_says_so(
    accounts: Accounts, files: Files, accident: Callable[[Path], None]
) -> None:
    assert accounts.sign_in("anne", "right")
    assert accounts.fault() is None

    accident(files.passwords)
    assert accounts.sign_in("anne", "right")
    assert not accounts.sign_in("anne", "wrong")
    assert str(files.passwords) in (accounts.fault() or "")

    if files.passwords.is_dir():
        files.passwords.rmdir()
    files.write_users(anne=BCRYPT.hash("changed"))
    assert not accounts.sign_in("anne", "right")
    assert accounts.fault() is None


def test_a_group_file_that_became_a_folder_is_told_and_the_groups_are_kept(accounts: Accounts, files: Files) -> None:
    files.write(files.groups, "sales: anne\n")
    assert accounts.sign_in("anne", "right") == User("anne", frozenset({"sales"}))
    _make_a_folder(files.groups)
    assert accounts.sign_in("anne", "right") == User("anne", frozenset({"sales"}))
    assert "is a folder" in (accounts.fault() or "")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"no colon in it", "it is not `name:hash`"),
        (b":hunter2", "it is not `name:hash`"),
        (b"ben:$2y$04$hunter2", "its hash is cut off"),
        (b"ben:$apr1$hunter2", "its hash is cut off"),
        (b"ben:$6$rounds=", "its hash is cut off"),
        (b"ben:hunter2", "its hash is of a kind that is not accepted: use bcrypt (htpasswd -B)"),
        (b"ben\xff:$2y$04$hunter2", "the name is not UTF-8"),
    ],
)
def test_one_bad_line_costs_that_line_alone_and_is_told_by_its_number(
    accounts: Accounts, files: Files, caplog: pytest.LogCaptureFixture, line: bytes, told: str
) -> None:
    good = [f"{name}:{BCRYPT.hash('right')}".encode() for name in ("anne", "zoe")]
    files.write(files.passwords, b"\n".join([b"# users", good[0], line, good[1]]))

    assert accounts.sign_in("anne", "right")
    assert accounts.sign_in("zoe", "right")
    assert not accounts.sign_in("ben", "hunter2")
    assert accounts.fault() is None
    assert [record.message for record in caplog.records] == [f"{files.passwords}: line 3 is left out: {told}"]


def test_it_reads_files_with_comments_blank_lines_and_the_line_ends_of_windows(
    accounts: Accounts, files: Files
) -> None:
    files.write(files.passwords, f"# users\r\n\r\nanne:{BCRYPT.hash('right')}\r\nben:{BCRYPT.hash('x')}\r\n")
    files.write(files.groups, "# groups\r\n\r\nsales: anne\r\n")

    assert accounts.sign_in("anne", "right") == User("anne", frozenset({"sales"}))
    assert accounts.sign_in("ben", "x")


# --- what was verified is remembered


def test_it_remembers_a_right_password_for_a_while(accounts: Accounts, clock: Clock) -> None:
    assert not accounts.remembers("anne", "right")
    accounts.sign_in("anne", "right")

    clock.now += 299
    assert accounts.remembers("anne", "right")

    clock.now += 1
    assert not accounts.remembers("anne", "right")
    assert accounts.sign_in("anne", "right")


def test_it_remembers_no_other_password_and_no_other_user(accounts: Accounts) -> None:
    accounts.sign_in("anne", "right")
    accounts.sign_in("anne", "wrong")

    assert not accounts.remembers("anne", "wrong")
    assert not accounts.remembers("anneright", "")
    assert not accounts.remembers("demo", "right")


def test_it_forgets_a_password_as_soon_as_another_is_set(accounts: Accounts, files: Files) -> None:
    accounts.sign_in("anne", "right")

    files.write_users(anne=BCRYPT.hash("changed"))

    assert not accounts.remembers("anne", "right")
    assert not accounts.sign_in("anne", "right")


def test_it_remembers_nothing_where_it_is_told_so(files: Files, clock: Clock) -> None:
    accounts = Accounts(files.passwords, files.groups, cache_seconds=0, clock=clock)

    assert accounts.sign_in("anne", "right")
    assert not accounts.remembers("anne", "right")


def test_it_keeps_no_password_in_memory_as_it_is(accounts: Accounts) -> None:
    accounts.sign_in("anne", "right")

    assert b"right" not in repr(vars(accounts)).encode()


# --- groups


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", {}),
        ("sales: anne ben", {"anne": {"sales"}, "ben": {"sales"}}),
        ("sales: anne\nauthors: anne\n", {"anne": {"sales", "authors"}}),
        ("sales: anne\nsales: ben\n", {"anne": {"sales"}, "ben": {"sales"}}),
        ("  sales :\tanne  ben ", {"anne": {"sales"}, "ben": {"sales"}}),
        ("sales:", {}),
        ("# sales: anne", {}),
        ("sales anne", {}),
    ],
)
def test_it_reads_apaches_group_file(text: str, groups: dict[str, set[str]]) -> None:
    assert parse_groups(text) == groups


def test_it_puts_users_into_their_groups_as_the_file_is_now(accounts: Accounts, files: Files) -> None:
    files.write(files.groups, "sales: anne ben\nauthors: anne")
    assert accounts.sign_in("anne", "right") == User("anne", frozenset({"sales", "authors"}))

    files.write(files.groups, "sales: ben")
    assert accounts.sign_in("anne", "right") == User("anne", frozenset())

    files.write(files.groups, b"\xff")
    assert accounts.sign_in("anne", "right") == User("anne", frozenset())


@pytest.mark.parametrize(
    ("users", "accepted"),
    [
        ({"demo": BCRYPT.hash("demo")}, True),
        ({"demo": apr_md5_crypt.hash("demo"), "anne": BCRYPT.hash("x")}, True),
        ({"demo": BCRYPT.hash("other")}, False),
        ({"anne": BCRYPT.hash("demo")}, False),
        ({"demo": "demo"}, False),
    ],
)
def test_it_knows_whether_the_demos_password_would_be_let_in(
    accounts: Accounts, files: Files, users: dict[str, str], accepted: bool
) -> None:
    files.write_users(**users)

    assert accounts.accepts_demo_password() is accepted


def test_it_finds_a_user_by_the_password_that_they_have_now_alone(accounts: Accounts, files: Files) -> None:
    before = accounts.fingerprint("anne") or ""
    assert accounts.find("anne", before) == User("anne", frozenset())
    assert accounts.find("anne", accounts.fingerprint("demo") or "") is None
    files.write_users(anne=BCRYPT.hash("changed"))
    assert accounts.find("anne", before) is None
    files.write_users(demo=BCRYPT.hash("other"))
    assert accounts.find("anne", before) is None


def test_of_two_lines_of_a_user_the_first_counts(accounts: Accounts, files: Files) -> None:
    files.write(files.passwords, f"anne:{BCRYPT.hash('right')}\nanne:{BCRYPT.hash('second')}\n")
    assert accounts.sign_in("anne", "right")
    assert not accounts.sign_in("anne", "second")


def test_it_knows_who_is_a_member_once_both_files_were_read(accounts: Accounts, files: Files) -> None:
    files.write(files.passwords, b"")
    for time in (1, 2):
        files.write(files.groups, f"sales: anne{time}\n")
        with pytest.raises(errors.AccountsError):
            accounts.find_member("anne")
    files.write_users(anne=BCRYPT.hash("right"))
    files.write(files.groups, "sales: anne\n")
    assert accounts.find_member("anne") == User("anne", frozenset({"sales"}))
    assert accounts.find_member("ben") is None
    files.write(files.passwords, b"no colon in it\n")
    assert accounts.find_member("anne") == User("anne", frozenset({"sales"}))


def test_it_remembers_so_many_passwords_and_no_more(
    accounts: Accounts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guichet.access.accounts.REMEMBERED", 1)
    assert accounts.sign_in("anne", "right")
    assert accounts.sign_in("demo", "other")
    assert accounts.remembers("anne", "right")
    assert not accounts.remembers("demo", "other")
    clock.now += 301
    assert accounts.sign_in("demo", "other")
    assert accounts.remembers("demo", "other")
