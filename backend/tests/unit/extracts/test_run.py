"""What an attempt at an extract does before it asks a database anything, and what it makes of a disk that is full."""

from __future__ import annotations

import errno
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from guichet import errors
from guichet.extracts.archives.archive_store import DiskFullError, StoreError
from guichet.extracts.extract import Extract
from guichet.extracts.progress import Progress
from guichet.extracts.queue import Outcome
from guichet.extracts.run import OUTCOME, ExtractRun

EXTRACT = Extract(
    id="e1",
    attempt=1,
    owner="anne",
    interface="labs",
    source="crm",
    request={},
    email=None,
    created_at=datetime(2026, 11, 21, tzinfo=UTC),
)


class SearchedError(Exception):
    """The search was about to be prepared: nothing that is there was taken for its archive."""


def run_in(folder: Path, confirm: Any = lambda owner, interface: None, prepare: Any = None) -> Outcome:
    def search(extract: Extract, interface: Any) -> Any:
        raise SearchedError

    kept: list[str] = []
    context: Any = SimpleNamespace(
        searches=SimpleNamespace(registry={"labs": None}, prepare=prepare or search, zone=UTC),
        space=SimpleNamespace(folder=folder),
        store=SimpleNamespace(keep=lambda path, name: kept.append(name), elsewhere=True),
        rights=SimpleNamespace(confirm=confirm),
    )
    outcome = ExtractRun(EXTRACT, context, Progress()).run()
    assert kept == [outcome.archive]
    return outcome


def leave_complete(folder: Path, size: int) -> Outcome:
    """Leave what an attempt before left whose store could not take its archive."""
    outcome = Outcome("done", 3, 30, "e1/labs.zip", 5)
    (folder / "e1").mkdir()
    (folder / "e1" / "labs.zip").write_bytes(b"x" * size)
    (folder / "e1" / OUTCOME).write_text(json.dumps(asdict(outcome)), "utf-8")
    return outcome


def test_a_complete_archive_is_taken_as_it_is(tmp_path: Path) -> None:
    outcome = leave_complete(tmp_path, 5)
    assert run_in(tmp_path) == outcome


@pytest.mark.parametrize("size", [0, 4, 6])
def test_one_of_another_size_than_was_noted_is_written_again(tmp_path: Path, size: int) -> None:
    leave_complete(tmp_path, size)
    with pytest.raises(SearchedError):
        run_in(tmp_path)


def test_nothing_is_searched_for_who_may_not_see_it_any_more(tmp_path: Path) -> None:
    def confirm(owner: str, interface: str) -> None:
        raise errors.WithheldError("It is not for you.")

    with pytest.raises(errors.WithheldError):
        run_in(tmp_path, confirm)


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, DiskFullError), (errno.EDQUOT, DiskFullError), (errno.EROFS, StoreError)]
)
def test_a_disk_that_is_full_is_told_from_one_that_cant_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StoreError]
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError) as caught:
        run_in(tmp_path, prepare=lambda extract, interface: SimpleNamespace(interface=SimpleNamespace(filename="labs")))
    assert type(caught.value) is kind
