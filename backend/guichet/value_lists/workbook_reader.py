"""A program of its own: writes one sheet of a workbook (XLSX, XLSB, XLS, ODS) as CSV to its standard output.

    python -I workbook_reader.py PATH MEGABYTES MOST_BYTES SECONDS [SHEET]

The library that it uses holds a sheet whole, and believes what a file says of its size. So it may take so much memory
and time and no more, and where a machine has none left, this process goes before others. At the end it says on its
standard error, as JSON, which sheets there are and which one it took.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

DAMAGED, TOO_LARGE, PROTECTED, NO_SHEET = 3, 4, 5, 6


def main(path: str, megabytes: str, most_bytes: str, seconds: str, sheet: str | None = None) -> int:
    """Write a sheet, and return how that ended."""
    _limit_memory(int(megabytes) << 20, int(most_bytes), int(seconds))
    import python_calamine

    try:
        workbook = python_calamine.load_workbook(path)
        visible = python_calamine.SheetVisibleEnum.Visible
        names = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == visible] or workbook.sheet_names
        if sheet is not None and sheet not in names:
            return NO_SHEET
        taken = _write_sheet(workbook, names if sheet is None else [sheet])
    except python_calamine.PasswordError:
        return PROTECTED
    except (python_calamine.CalamineError, ValueError, KeyError):
        return DAMAGED
    except OSError:
        return TOO_LARGE
    sys.stderr.write(json.dumps({"sheets": names, "sheet": taken}) + "\n")
    return 0


def _limit_memory(memory: int, most_bytes: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")


def _write_sheet(workbook: Any, names: list[str]) -> str:
    """Write the first of some sheets that has any cell; its name is returned."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if not sheet.height:
            continue
        first_row, first_column = sheet.start
        # A line is a row of the sheet, so that a line's number is what a user finds there.
        sys.stdout.write("\n" * first_row)
        for row in sheet.iter_rows():
            writer.writerow([*[""] * first_column, *_format_row(row)])
        break
    else:
        name = names[0]
    sys.stdout.flush()
    return name


def _format_row(row: list[Any]) -> Iterator[str]:
    for cell in row:
        text = _format_cell(cell)
        # A line end within a cell is no end of a row; what no text has is nothing.
        yield " ".join(text.splitlines()).replace("\0", "").replace("\uffff", "") if text else ""


def _format_cell(cell: Any) -> str:
    """Write a cell as the source writes such values: whole numbers without a point, days as ISO 8601 has them."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell) if isinstance(cell, int | timedelta) else ""


if __name__ == "__main__":
    # Python itself opened it, as a text file; its type only says that it is one to be written to.
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")  # type: ignore[union-attr]
    code = main(*sys.argv[1:])
    with suppress(OSError):
        sys.stdout.flush()
    # Without clearing away: a sheet of a million rows takes a while to be forgotten.
    sys.stderr.flush()
    os._exit(code)
