"""How far an extract is, on standard error: a bar at a terminal, a line for each change of its state elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from guichet.cli.terminal import printing
from guichet.client import Extract

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text

STATES = {
    "queued": "Waiting",
    "running": "Writing",
    "cancelling": "Cancelling",
    "delivering": "Written",
    "done": "Written",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "expired": "Expired",
}


class ProgressDisplay(Protocol):
    """Shows how far an extract is, and then its download."""

    def extract(self, extract: Extract) -> None:
        """Show how far an extract is."""

    def download(self, done: int, total: int) -> None:
        """Show how many bytes of all have come."""


@contextmanager
def open_display() -> Iterator[ProgressDisplay]:
    """Show progress for a while, and clear it away at the end."""
    if not sys.stderr.isatty():
        yield _LineDisplay()
        return
    with _build_progress() as progress:
        yield _BarDisplay(progress)


class _LineDisplay:
    """A line for each change, for logs."""

    def __init__(self) -> None:
        self._state = ""
        self._downloading = False

    def extract(self, extract: Extract) -> None:
        if extract.state != self._state:
            rows = f", {extract.rows:,} rows" if extract.ended else ""
            printing.print_note(f"{STATES.get(extract.state, extract.state)}{rows}")
        self._state = extract.state

    def download(self, done: int, total: int) -> None:
        if not self._downloading:
            printing.print_note(f"Downloading, {total:,} bytes" + (f" from {done:,} on" if done else ""))
        self._downloading = True


class _BarDisplay:
    """A bar: first of the extract's rows, by the planner's estimate, then of the download's bytes."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._writing = progress.add_task("Asking", total=None, rows=None)
        self._download: TaskID | None = None

    def extract(self, extract: Extract) -> None:
        estimated = extract.estimated_rows
        # Beyond the estimate nobody knows how much is left.
        known = estimated and extract.rows <= estimated
        size = extract.bytes * (estimated / extract.rows) if known and estimated and extract.rows else None
        self._progress.update(
            self._writing,
            description=STATES.get(extract.state, extract.state) + (f" ({extract.place}.)" if extract.place else ""),
            completed=extract.bytes,
            total=extract.bytes if extract.ended else size,
            rows=extract.rows,
        )

    def download(self, done: int, total: int) -> None:
        if self._download is None:
            self._download = self._progress.add_task("Downloading", total=total, completed=done, rows=None)
        self._progress.update(self._download, completed=done, total=total)


def _build_progress() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        FileSizeColumn,
        Progress,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class RowsColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            rows = task.fields.get("rows")
            return Text(f"{rows:,} rows" if rows is not None else "")

    class SpeedColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            if speed is None and task.elapsed:  # it was all over before it could be seen to go on
                speed = task.completed / task.elapsed
            return Text(f"{speed / 1e6:,.1f} MB/s" if speed else "")

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        RowsColumn(),
        FileSizeColumn(),
        SpeedColumn(),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
    )
