"""When an archive may be begun, and when it may grow."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from guichet import errors
from guichet.extracts.archives.archive_space import ArchiveSpace
from guichet.extracts.archives.archive_store import DiskFullError

BUDGET, SPARE = 1000, 100


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets how many bytes are free on the disk."""

    def set_free(size: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=size))

    set_free(SPARE)
    return set_free


def make_space(folder: Path, beside: int = 0) -> ArchiveSpace:
    return ArchiveSpace(folder, BUDGET, SPARE, lambda extract_id: beside)


def test_it_grows_to_what_others_leave(tmp_path: Path, free: Callable[[int], None]) -> None:
    space = make_space(tmp_path, beside=400)
    space.check("e1", 599)
    with pytest.raises(DiskFullError, match="all the space"):
        space.check("e1", 600)


def test_it_is_too_large_at_all_where_others_gone_would_not_help(tmp_path: Path, free: Callable[[int], None]) -> None:
    make_space(tmp_path).check("e1", BUDGET - 1)
    with pytest.raises(errors.TooLargeError):
        make_space(tmp_path).check("e1", BUDGET)


def test_some_of_the_disk_is_left_to_others(tmp_path: Path, free: Callable[[int], None]) -> None:
    space = make_space(tmp_path)
    assert space.find_obstacle() is None
    space.check("e1", 0)
    free(SPARE - 1)
    assert "ARCHIVE_SPARE_MB" in str(space.find_obstacle())
    with pytest.raises(DiskFullError, match="disk"):
        space.check("e1", 0)


def test_while_the_portal_database_is_away_the_disk_alone_tells(tmp_path: Path, free: Callable[[int], None]) -> None:
    def count(extract_id: str) -> int:
        raise errors.PortalDatabaseError("away")

    space = ArchiveSpace(tmp_path, BUDGET, SPARE, count)
    space.check("e1", BUDGET - 1)
    free(0)
    with pytest.raises(DiskFullError):
        space.check("e1", 0)
