"""Workbooks (XLSX, XLSB, XLS, ODS) as value lists: a sheet becomes CSV, which is read as any other.

In a process of its own that is bounded (`workbook_reader`), one at a time: a file of a few kilobytes may claim to have
seventeen thousand million cells.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from guichet import errors
from guichet.messages import say
from guichet.value_lists import workbook_reader

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SECONDS = 60
_one_at_a_time = threading.Semaphore(1)


@dataclass(frozen=True)
class Workbook:
    """A workbook with one of its sheets.

    :param kind: what it is called beside encodings: `xlsx`, `ods` or `xls`.
    :param text: the sheet as CSV in UTF-8; the caller closes it.
    """

    kind: str
    sheets: tuple[str, ...]
    sheet: str
    text: IO[bytes]


@dataclass(frozen=True)
class WorkbookBounds:
    """How many megabytes of memory reading may take, and how many bytes of text may come of it."""

    megabytes: int
    text: int


def is_workbook(file: IO[bytes]) -> bool:
    """Tell by its first bytes whether a file may be a workbook."""
    file.seek(0)
    return file.read(4) in (ZIP, OLE)


def read_sheet(file: IO[bytes], sheet: str | None, bounds: WorkbookBounds) -> Workbook:
    """Read a sheet; None is the first that has anything in it.

    :raises FileFaultError: if it is no workbook, damaged, protected, or too large.
    :raises CriteriaError: if there is no such sheet.
    """
    text = tempfile.TemporaryFile()  # noqa: SIM115 -- the caller closes it
    try:
        with tempfile.NamedTemporaryFile() as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
            copy.flush()
            with _one_at_a_time:
                told = _run_reader(copy.name, sheet, text, bounds)
        return Workbook(_find_kind(file), tuple(told["sheets"]), told["sheet"], text)
    except BaseException:
        text.close()
        raise


def _run_reader(path: str, sheet: str | None, text: IO[bytes], bounds: WorkbookBounds) -> dict[str, str]:
    reader = str(Path(workbook_reader.__file__))
    arguments = [path, str(bounds.megabytes), str(bounds.text), str(SECONDS), *([] if sheet is None else [sheet])]
    try:
        done = subprocess.run(  # noqa: S603 -- the arguments are ours, and a sheet's name, in no shell
            [sys.executable, "-I", reader, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=text,
            stderr=subprocess.PIPE,
            timeout=2 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise errors.FileFaultError("This workbook takes too long to be read: save the sheet as CSV.") from error
    if done.returncode == 0:
        return dict(json.loads(done.stderr.splitlines()[-1]))
    if done.returncode == workbook_reader.NO_SHEET:
        raise errors.CriteriaError([errors.Fault("/sheet", "The workbook has no such sheet.")])
    raise errors.FileFaultError(_build_fault(done.returncode, bounds))


def _build_fault(code: int, bounds: WorkbookBounds) -> str:
    if code == workbook_reader.DAMAGED:
        return "This is a zip or an Office document, but no workbook that can be read: save the sheet as CSV."
    if code == workbook_reader.PROTECTED:
        return "This workbook is protected by a password: save it without one."
    if code == workbook_reader.TOO_LARGE:
        return say("The sheet is larger than {most} MB as text (VALUE_LIST_MB).", most=bounds.text // 1_000_000)
    return "This workbook takes more memory than there may be for one, or is damaged: save the sheet as CSV."


def _find_kind(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(200)
    if head.startswith(OLE):
        return "xls"
    return "ods" if b"opendocument.spreadsheet" in head else "xlsx"
