"""The files that add to the environment of whoever starts Guichet by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from guichet import environment


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Gives each test an environment of its own, with `SET` in it."""
    before = dict(os.environ)
    monkeypatch.delenv("GUICHET_ENV_FILES", raising=False)
    monkeypatch.setenv("SET", "by the shell")
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "var").mkdir()
    (tmp_path / ".env").write_text("SET=in .env\nMINE=in .env\nEMPTY=\n# a comment\nQUOTED='a b#c'\n")
    (tmp_path / "var" / "env").write_text("SET=in var/env\nMINE=in var/env\nLEFT=in var/env\nEMPTY=in var/env\n")
    return tmp_path


def test_it_adds_what_is_not_set_and_prefers_the_users_own_file(folder: Path) -> None:
    environment.load_files(folder)

    assert {name: os.environ.get(name) for name in ("SET", "MINE", "LEFT", "QUOTED")} == {
        "SET": "by the shell",
        "MINE": "in .env",
        "LEFT": "in var/env",
        "QUOTED": "a b#c",
    }


def test_it_takes_an_empty_variable_for_an_absent_one(folder: Path) -> None:
    environment.load_files(folder)

    assert os.environ.get("EMPTY") == "in var/env"


def test_it_keeps_a_dollar_in_a_password(folder: Path) -> None:
    (folder / ".env").write_text("URL=postgresql://reader:a$MINE${MINE}b@db/crm\n")

    environment.load_files(folder)

    assert os.environ["URL"] == "postgresql://reader:a$MINE${MINE}b@db/crm"


def test_it_reads_the_files_of_the_current_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)

    environment.load_files()

    assert os.environ["LEFT"] == "in var/env"


def test_it_is_content_without_files(tmp_path: Path) -> None:
    before = dict(os.environ)

    environment.load_files(tmp_path)

    assert dict(os.environ) == before


def test_it_reads_nothing_where_it_is_told_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_ENV_FILES", "none")

    environment.load_files(folder)

    assert "MINE" not in os.environ


def test_it_takes_back_what_it_added_before(folder: Path) -> None:
    environment.load_files(folder)
    (folder / ".env").write_text("SET=in .env\nNEW=in .env\n")

    environment.load_files(folder)

    assert {name: os.environ.get(name) for name in ("SET", "MINE", "NEW", "QUOTED")} == {
        "SET": "by the shell",
        "MINE": "in var/env",
        "NEW": "in .env",
        "QUOTED": None,
    }


def test_it_reads_other_files_where_they_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "other").write_text("MINE=in other\n")
    monkeypatch.setenv("GUICHET_ENV_FILES", f"{folder / 'other'}:{folder / 'var' / 'env'}")

    environment.load_files(folder)

    assert (os.environ.get("MINE"), os.environ.get("LEFT")) == ("in other", "in var/env")
