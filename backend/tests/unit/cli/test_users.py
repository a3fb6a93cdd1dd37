"""`guichet user`, as an operator types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from guichet.access.accounts import Accounts
from guichet.cli import main


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / ".htpasswd"
    made.write_text("# of the portal\nanne:x\n")
    for name, value in {"GUICHET_ENV_FILES": "none", "HTPASSWD_FILE": str(made), "BCRYPT_COST": "4"}.items():
        monkeypatch.setenv(name, value)
    return made


def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["user", *arguments], input=typed)
    return done.exit_code, done.stdout, done.stderr


def test_it_adds_changes_lists_and_removes_users(file: Path) -> None:
    assert run("add", "zoe", typed="a long password\na long password\n")[0] == 0
    assert Accounts(file, file, 0).sign_in("zoe", "a long password")
    assert run("passwd", "zoe", "--password-stdin", typed="another password\n")[0] == 0
    assert Accounts(file, file, 0).sign_in("zoe", "another password")
    assert run("list") == (0, "anne\nzoe\n", "")
    assert run("remove", "zoe") == (0, "zoe can't sign in any more.\n", "")
    assert file.read_text() == "# of the portal\nanne:x\n"


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("add", "anne", "--password-stdin"), "a long password\n", "There is a user “anne” already."),
        (("add", "zoe", "--password-stdin"), "short\n", "A password has at least 12 characters."),
        (("add", "z:e", "--password-stdin"), "", "A user name has 1 to 64 characters"),
        (("passwd", "zoe", "--password-stdin"), "a long password\n", "There is no user “zoe”."),
        (("remove", "zoe"), "", "There is no user “zoe”."),
    ],
)
def test_it_says_in_one_line_what_is_wrong(file: Path, arguments: tuple[str, ...], typed: str, said: str) -> None:
    status, _, error = run(*arguments, typed=typed)

    assert (status, error.startswith(f"Error: {said}"), error.count("\n")) == (1, True, 1)
    assert file.read_text() == "# of the portal\nanne:x\n"
