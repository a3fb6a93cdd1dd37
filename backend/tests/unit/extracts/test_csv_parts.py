"""The files of an archive are the same whether rows come one a call or many."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

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
