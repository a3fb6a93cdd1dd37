"""The files of an archive are the same whether rows come one a call or many."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from guichet import errors
from guichet.extracts.archives import csv_parts
from guichet.extracts.archives.archive import Archive
from guichet.extracts.archives.csv_parts import CsvParts, CsvTable
from guichet.extracts.progress import Progress
from guichet.results import formula_guard
from guichet.sources import csv_rows
from guichet.sql.formats import CsvFormat

ROWS = [f'{n},"two\nlines"\n'.encode() if n % 3 else f"{n},plain\n".encode() for n in range(100)]


@pytest.mark.parametrize("together", [1, 4, 7, 100])
@pytest.mark.parametrize("part_rows", [None, 7, 50, 100])
def test_many_rows_a_call_fill_the_same_files(tmp_path: Path, together: int, part_rows: int | None) -> None:
    progress = Progress()
    table = CsvTable("rows", ("n", "text"), CsvFormat(), formula_guard.none, part_rows)
    with Archive(tmp_path / "rows.zip", datetime(2026, 11, 28, tzinfo=UTC)) as archive:
        parts = CsvParts(archive, table, progress, lambda: None)
        for at in range(0, len(ROWS), together):
            some = ROWS[at : at + together]
            csv_rows.pass_on(parts, b"".join(some), len(some))
        parts.close()
        archive.complete()

    size = part_rows or len(ROWS)
    expected = [b"n,text\n" + b"".join(ROWS[at : at + size]) for at in range(0, len(ROWS), size)]
    with zipfile.ZipFile(tmp_path / "rows.zip") as found:
        assert [found.read(name) for name in found.namelist()] == expected
    assert [file.rows for file in archive.files] == [min(size, len(ROWS) - at) for at in range(0, len(ROWS), size)]
    assert progress.rows == len(ROWS)


def write_pieces(folder: Path, progress: Progress, checks: list[int], *, cancels: bool = True) -> Archive:
    """Write all rows into one file, a row to a piece."""
    table = CsvTable("rows", ("n", "text"), CsvFormat(), formula_guard.none, None)
    with Archive(folder / "rows.zip", datetime(2026, 11, 28, tzinfo=UTC)) as archive:
        parts = CsvParts(archive, table, progress, lambda: checks.append(progress.rows), cancels=cancels)
        for row in ROWS:
            parts.write(row)
        parts.close()
        archive.complete()
    return archive


def test_what_is_written_is_counted_over_all_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_parts, "GATHERED_BYTES", 1)
    monkeypatch.setattr(csv_parts, "ROOM_EVERY_BYTES", 400)
    progress, checks = Progress(), list[int]()

    archive = write_pieces(tmp_path, progress, checks)

    assert [(file.name, file.rows, file.columns) for file in archive.files] == [("rows.csv", 100, ("n", "text"))]
    assert (progress.rows, progress.bytes) == (100, sum(map(len, ROWS)))
    assert archive.files[0].bytes == progress.bytes + len(b"n,text\n")
    assert 0 < progress.zipped <= (tmp_path / "rows.zip").stat().st_size
    sizes = [sum(map(len, ROWS[before:now])) for before, now in pairwise(checks)]
    assert checks[0] == 0
    assert len(sizes) == 3
    assert all(400 <= size < 400 + max(map(len, ROWS)) for size in sizes)


@pytest.mark.parametrize("cancels", [True, False])
def test_one_that_no_database_cancels_ends_at_its_next_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cancels: bool
) -> None:
    monkeypatch.setattr(csv_parts, "GATHERED_BYTES", 1)
    progress = Progress(stopped=True)
    if cancels:  # the query ends by itself
        write_pieces(tmp_path, progress, [])
        assert progress.rows == 100
        return
    with pytest.raises(errors.QueryCancelledError):
        write_pieces(tmp_path, progress, [], cancels=False)
    assert progress.rows == 1
    assert list(tmp_path.iterdir()) == []


def test_parts_are_numbered_so_that_they_sort(tmp_path: Path) -> None:
    table = CsvTable("rows", ("n", "text"), CsvFormat(), formula_guard.none, 50)
    with Archive(tmp_path / "rows.zip", datetime(2026, 11, 28, tzinfo=UTC)) as archive:
        parts = CsvParts(archive, table, Progress(), lambda: None)
        for row in ROWS:
            parts.write(row)
        parts.close()
    assert [file.name for file in archive.files] == ["rows_001.csv", "rows_002.csv"]
