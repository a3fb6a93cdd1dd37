"""A zip being written: files streamed into it piece by piece, in constant memory, whatever their size.

It stands under a temporary name until it is complete, on disk, and renamed: an archive exists whole or not at all.
Sizes beyond 4 GiB and more than 65,535 files are ZIP64's business, which `zipfile` knows.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from isal import isal_zlib
from pydantic import SecretStr

# Level 1 of isal compresses faster than a database sends, and some three times as fast as zlib's own level 1.
LEVEL = 1

# The same sums as zlib's own, in a third of the time. `zipfile` has no public way to choose; where this private name is
# gone some day, archives are merely made more slowly.
zipfile.crc32 = isal_zlib.crc32  # type: ignore[attr-defined]  # its stubs do not have the name

# So many pieces may wait to be compressed: the source goes on meanwhile, on another processor.
MOST_WAITING = 3

# Ends the name of an archive until it is complete.
PARTIAL = ".partial"


@dataclass(frozen=True)
class ArchivedFile:
    """One file of an archive, as its manifest lists it.

    :param bytes: its size when unpacked.
    :param rows: how many rows it has, without the first line; None for what is no table.
    :param columns: what its first line calls them.
    """

    name: str
    bytes: int
    sha256: str
    rows: int | None = None
    columns: Sequence[str] | None = None


class ArchiveEntry:
    """A file of the archive while it is written.

    :param executor: of one thread, which hashes and compresses.
    """

    def __init__(self, name: str, output: IO[bytes], executor: Executor) -> None:
        self.name = name
        self.bytes = 0
        self.rows: int | None = None
        self.columns: Sequence[str] | None = None
        self._output = output
        self._executor = executor
        self.waiting: deque[Future[None]] = deque()
        self._hash = hashlib.sha256()

    def write(self, data: bytes | bytearray, *, beside: bool = False) -> None:
        """Have a piece compressed, which nobody may change any more; many small ones had better be gathered first.

        :param beside: by the other thread, while its source goes on here. A driver that hands over a row a call takes
            Python's lock all the time, and would only wait for that thread.
        :raises OSError: for this piece, or one of the last.
        """
        self.bytes += len(data)
        if beside:
            self._wait(MOST_WAITING - 1)
            self.waiting.append(self._executor.submit(self._compress, data))
        else:
            self._wait(0)
            self._compress(data)

    def complete(self) -> None:
        """Wait until all of it is written."""
        self._wait(0)

    def _wait(self, most: int) -> None:
        while len(self.waiting) > most:
            self.waiting.popleft().result()

    def _compress(self, data: bytes | bytearray) -> None:
        self._hash.update(data)
        self._output.write(data)

    def describe(self) -> ArchivedFile:
        """Return what the manifest says of the file."""
        return ArchivedFile(self.name, self.bytes, self._hash.hexdigest(), self.rows, self.columns)


class Archive:
    """A zip that is being written beside its final place. Use it as a context; `complete` it at the end of the block.

    :param path: where it will be. What was written is removed again unless it was completed.
    :param moment: the time that its files get.
    :param password: encrypts the files in it (WinZip's AES-256); their names can be read without it.
    """

    def __init__(self, path: Path, moment: datetime, password: SecretStr | None = None) -> None:
        self.path = path
        self.files: list[ArchivedFile] = []
        self._moment = moment
        self._partial = path.with_name(f"{path.name}{PARTIAL}")
        self._file = self._partial.open("wb")
        self._output: IO[bytes] | None = None
        self._executor = ThreadPoolExecutor(1, "archive")
        self._zip, self._make_info = (
            _open_plain(self._file) if password is None else _open_encrypted(self._file, password)
        )

    @property
    def size(self) -> int:
        """How many bytes it has on disk so far."""
        return self._file.tell()

    @contextmanager
    def open_entry(self, name: str) -> Iterator[ArchiveEntry]:
        """Add a file during the block; its name and hash are then listed in `files`."""
        info = self._make_info(name, self._moment.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as output:
            self._output = output
            use_fast_compressor(output)
            entry = ArchiveEntry(name, output, self._executor)
            try:
                yield entry
                entry.complete()
            finally:
                wait(entry.waiting)
        self.files.append(entry.describe())

    def complete(self) -> int:
        """Finish the zip, wait until it is on disk, and give it its name; returns its size in bytes."""
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        size = self._file.tell()
        self._file.close()
        self._partial.rename(self.path)
        _sync_folder(self.path.parent)
        return size

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown()
        if not self._file.closed:
            self._abandon()
            self._file.close()
        self._partial.unlink(missing_ok=True)

    def _abandon(self) -> None:
        """End what is open of a zip that nobody wants: its end goes nowhere, since the disk may be full."""
        with open(os.devnull, "w+b") as nowhere:
            self._zip.fp = nowhere
            if self._output:
                self._output.close()
            self._zip.fp = None


def _open_plain(file: IO[bytes]) -> tuple[Any, Callable[..., Any]]:
    return zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True), zipfile.ZipInfo


def _open_encrypted(file: IO[bytes], password: SecretStr) -> tuple[Any, Callable[..., Any]]:
    import pyzipper  # only archives with a password pay for it

    made = pyzipper.AESZipFile(
        file, "w", compression=pyzipper.ZIP_DEFLATED, allowZip64=True, encryption=pyzipper.WZ_AES
    )
    made.setpassword(password.get_secret_value().encode())
    return made, made.zipinfo_cls


def use_fast_compressor(output: Any) -> None:
    """Make a file of a `zipfile` compress by isal instead of zlib.

    `zipfile` has no public way to choose a compressor; where its private one is gone some day, archives are merely made
    more slowly.
    """
    if isinstance(getattr(output, "_compressor", None), type(zlib.compressobj())):
        output._compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -15)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
