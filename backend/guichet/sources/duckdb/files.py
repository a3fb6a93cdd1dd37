"""A folder as a database: which of its files are which table.

A file `orders.parquet` is the table `orders`. So is a folder `orders` with files of one format in it, however deep;
folders such as `year=2026` give a column each. What can't be a table is told with the reason, and the others go on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# What each format is read by. What is compressed has one more ending.
READERS = {
    "parquet": "read_parquet",
    "csv": "read_csv",
    "tsv": "read_csv",
    "json": "read_json",
    "ndjson": "read_json",
    "jsonl": "read_json",
}
COMPRESSED = ("gz", "zst")
MOST_TABLES = 1_000
# So many files are looked at in all, to see that some changed.
MOST_FILES = 100_000


@dataclass(frozen=True)
class FileTable:
    """Files that are one table.

    :param pattern: of the paths of its files.
    :param is_partitioned: whether folders of its path are columns.
    """

    name: str
    reader: str
    pattern: str
    is_partitioned: bool = False

    @property
    def select(self) -> str:
        """The SQL that reads it."""
        partitioned = ", hive_partitioning = true" if self.is_partitioned else ""
        return f"SELECT * FROM {self.reader}({literal(self.pattern)}{partitioned})"


@dataclass(frozen=True)
class Folder:
    """What a folder holds.

    :param refused: by the name that each would have as a table, why it is none.
    :param signature: another one when a file has come, gone or changed.
    """

    tables: tuple[FileTable, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    signature: int = 0


def literal(text: str) -> str:
    """Write a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def read_folder(path: Path) -> Folder:
    """Look at the files of a folder.

    :raises OSError: if it can't be read.
    """
    tables: dict[str, FileTable] = {}
    refused: dict[str, str] = {}
    marks: list[tuple[str, int, int]] = []
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        if entry.name.startswith((".", "_")):
            continue
        files = list(_walk(entry, MOST_FILES - len(marks)))
        marks += [(file.path, file.stat().st_mtime_ns, file.stat().st_size) for file in files]
        name, formats = _name(entry), {_format(file.name) for file in files} - {""}
        if not formats:
            continue
        if name in tables or name in refused:
            refused[name] = f"`{name}` could be several files of that name: rename all but one"
            tables.pop(name, None)
        elif len(formats) > 1:
            refused[name] = f"the folder `{entry.name}` has files of several formats ({', '.join(sorted(formats))})"
        elif len(tables) >= MOST_TABLES:
            refused[name] = f"only {MOST_TABLES} tables are read of a folder: make it a source of its own"
        else:
            tables[name] = _table(name, entry, formats.pop(), files)
    return Folder(tuple(tables.values()), refused, hash(tuple(marks)))


def _walk(entry: os.DirEntry[str], most: int) -> Iterator[os.DirEntry[str]]:
    """Yield a file, or all of a folder, without those that are hidden."""
    if entry.is_file():
        yield entry
    elif entry.is_dir(follow_symlinks=False):
        for inner in sorted(os.scandir(entry.path), key=lambda inner: inner.name):
            if most <= 0:
                return
            if not inner.name.startswith((".", "_")):
                for file in _walk(inner, most):
                    most -= 1
                    yield file


def _table(name: str, entry: os.DirEntry[str], ending: str, files: list[os.DirEntry[str]]) -> FileTable:
    reader = READERS[ending.split(".")[0]]
    if entry.is_file():
        return FileTable(name, reader, _escape(entry.path))
    inner = [os.path.relpath(file.path, entry.path) for file in files if _format(file.name)]
    partitioned = any("=" in part for file in inner for part in Path(file).parent.parts)
    return FileTable(name, reader, f"{_escape(entry.path)}/**/*.{ending}", is_partitioned=partitioned)


def _escape(path: str) -> str:
    """Make what is special in a pattern stand for itself."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)


def _name(entry: os.DirEntry[str]) -> str:
    ending = _format(entry.name) if entry.is_file() else ""
    return entry.name.removesuffix(f".{ending}") if ending else entry.name


def _format(name: str) -> str:
    """Return what a file's name ends with, such as `csv` or `csv.gz`; "" where it is no file of a table."""
    parts = name.lower().split(".")[1:]
    if parts and parts[-1] in READERS:
        return name[-len(parts[-1]) :]
    if len(parts) > 1 and parts[-1] in COMPRESSED and READERS.get(parts[-2], "read_parquet") != "read_parquet":
        return name[-len(f"{parts[-2]}.{parts[-1]}") :]
    return ""
