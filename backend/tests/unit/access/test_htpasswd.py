"""Changes to the file of users: one line each, whole at any moment, none lost."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from guichet import errors
from guichet.access import htpasswd
from guichet.access.accounts import Accounts

COST = 4
TEXT = "# of the portal\nanne:{SHA}x\n\nben:{SHA}y\n#zoe:{SHA}z\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / ".htpasswd"
    made.write_text(TEXT)
    made.chmod(0o640)
    return made


def test_it_adds_a_user_who_can_sign_in(file: Path) -> None:
    htpasswd.add(file, "zoé", "pässwörd ¤", COST)

    assert file.read_text("utf-8").startswith(TEXT + "zoé:$2y$04$")
    assert htpasswd.list_names(file) == ["anne", "ben", "zoé"]
    assert Accounts(file, file.with_name("none"), 0).sign_in("zoé", "pässwörd ¤")


def test_it_keeps_the_files_mode_and_leaves_nothing_beside_it_but_the_lock(file: Path) -> None:
    htpasswd.add(file, "zoe", "some password", COST)

    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(os.listdir(file.parent)) == [".htpasswd", ".htpasswd.lock"]


def test_it_makes_the_file_for_the_first_user(tmp_path: Path) -> None:
    htpasswd.add(tmp_path / "users", "anne", "some password", COST)

    assert htpasswd.list_names(tmp_path / "users") == ["anne"]
    assert stat.S_IMODE((tmp_path / "users").stat().st_mode) == 0o600


def test_it_follows_a_link_and_leaves_it_one(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file)
    htpasswd.add(link, "zoe", "some password", COST)

    assert link.is_symlink()
    assert "zoe" in htpasswd.list_names(file)


def test_it_ends_a_last_line_that_has_no_end(file: Path) -> None:
    file.write_text("anne:x")
    htpasswd.add(file, "zoe", "some password", COST)

    assert htpasswd.list_names(file) == ["anne", "zoe"]


def test_it_changes_one_line_and_removes_one(file: Path) -> None:
    htpasswd.set_password(file, "anne", "some password", COST)
    first, second, *others = file.read_text().splitlines()
    assert (first, second[:7], others) == ("# of the portal", "anne:$2", TEXT.splitlines()[2:])

    htpasswd.remove(file, "anne")
    assert file.read_text().splitlines() == ["# of the portal", *others]


def test_it_leaves_one_line_to_a_user_who_had_two(file: Path) -> None:
    file.write_text("anne:x\nben:y\nanne:z\n")
    htpasswd.set_password(file, "anne", "some password", COST)

    assert htpasswd.list_names(file) == ["anne", "ben"]


def test_it_adds_nobody_twice(file: Path) -> None:
    with pytest.raises(errors.ConflictError, match="There is a user “anne” already"):
        htpasswd.add(file, "anne", "some password", COST)
    assert file.read_text() == TEXT


def test_it_finds_nobody_who_is_not_there(file: Path) -> None:
    for change in (
        lambda: htpasswd.set_password(file, "zoe", "some password", COST),
        lambda: htpasswd.remove(file, "zoe"),
    ):
        with pytest.raises(errors.NotFoundError, match="There is no user “zoe”"):
            change()
    assert file.read_text() == TEXT


def test_it_says_that_the_file_cant_be_changed(tmp_path: Path) -> None:
    (tmp_path / "users").mkdir()
    with pytest.raises(errors.AccountsError, match=r"The file of users \(users\) can’t be changed: Is a directory"):
        htpasswd.add(tmp_path / "users", "anne", "some password", COST)


def test_it_loses_none_of_many_writers_at_once(file: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from guichet.access import htpasswd\n"
        "for number in range(20):\n"
        "    htpasswd.add(pathlib.Path(sys.argv[1]), f'{sys.argv[2]}{number}', 'some password', 4)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(file), name]) for name in "abcd"]

    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    assert set(htpasswd.list_names(file)) == {
        "anne",
        "ben",
        *(f"{name}{number}" for name in "abcd" for number in range(20)),
    }
    assert file.read_text().startswith(TEXT)


@pytest.mark.parametrize("name", ["anne", "anne.lee@example.com", "zoé", "x" * 64, "日本", "a#b"])
def test_it_takes_a_name(name: str) -> None:
    assert htpasswd.find_name_fault(name) is None


@pytest.mark.parametrize("name", ["", "a b", "a:b", "#a", "a\n", "\u202ea", "a\0", "x" * 65, "\u00a0a"])
def test_it_refuses_a_name(name: str) -> None:
    assert htpasswd.find_name_fault(name)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("correct horse", None),
        ("é" * 36, None),
        ("short", "A password has at least 12 characters."),
        ("é" * 37, "A password has at most 72 bytes: that many plain letters, fewer with accents."),
        ("twelve chars\0", "A password can’t have control characters."),
        ("Anne.Anne.Anne", "The password can’t be the user name."),
    ],
)
def test_it_says_what_is_wrong_with_a_password(password: str, fault: str | None) -> None:
    assert htpasswd.find_password_fault(password, "anne.anne.anne", 12) == fault
