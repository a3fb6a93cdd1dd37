"""Where archives are kept once they are written: the archive folder itself, or a bucket of S3-compatible storage.

They are always written in the folder. A bucket takes a complete one in parts, in constant memory, so that it too has an
archive whole or not at all; what was not finished is invisible there. Names are those of the extract's record.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from guichet import environment, errors
from guichet.masking import mask
from guichet.messages import say

logger = logging.getLogger(__name__)

# A link is good for whoever has it, whatever became of their rights: long enough to begin a download.
LINK_SECONDS = 60
REQUEST_SECONDS = 60
PART_BYTES = 5 << 20
# S3 takes 10,000 parts of an object at most.
MOST_PARTS = 9_000


class StoreError(errors.GuichetError):
    """The storage of archives can't be used at the moment."""

    def __init__(self, message: str, reason: str = "") -> None:
        self.reason = reason
        super().__init__(message)


class DiskFullError(StoreError):
    """There is no room for an archive now; there may be when others have expired, or the disk is tidied up."""


@dataclass(frozen=True)
class StoredFile:
    """A file of an archive, or what was to become one.

    :param name: below the folder or the bucket's prefix: `<extract>/<file>`.
    :param local: whether it is in the folder.
    """

    name: str
    bytes: int
    modified: datetime
    local: bool


class Store(Protocol):
    """Where archives are kept.

    :ivar elsewhere: whether that is not the archive folder, so that a complete archive still has a way to go.
    """

    elsewhere: bool

    def find_fault(self) -> str | None:
        """Tell why archives can't be read from here, or return None."""

    def keep(self, path: Path, name: str) -> None:
        """Take a complete archive, and free its place in the folder if it is kept elsewhere."""

    def delete(self, name: str) -> None:
        """Delete an archive, if it is there."""

    def clear(self, extract_id: str) -> None:
        """Delete whatever there is of an extract."""

    def list_files(self) -> Iterator[StoredFile]:
        """List every file that there is."""

    def discard(self, file: StoredFile) -> None:
        """Delete one of them."""

    def read(self, name: str) -> bytes:
        """Return an archive that is small enough to be attached."""

    def make_link(self, name: str) -> str | None:
        """Make a link that works for some minutes without sign-in; None where the server sends archives itself."""


@dataclass(frozen=True)
class FolderStore:
    """The archive folder."""

    folder: Path
    elsewhere = False

    def find_fault(self) -> str | None:
        return find_folder_fault(self.folder, os.R_OK | os.X_OK)

    def keep(self, path: Path, name: str) -> None:
        """Leave it: it is in its place already."""

    def delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    def clear(self, extract_id: str) -> None:
        shutil.rmtree(self.folder / extract_id, ignore_errors=True)

    def list_files(self) -> Iterator[StoredFile]:
        for path in self.folder.glob("*/*"):
            with suppress(FileNotFoundError):
                status = path.lstat()
                modified = datetime.fromtimestamp(status.st_mtime, UTC)
                yield StoredFile(path.relative_to(self.folder).as_posix(), status.st_size, modified, local=True)

    def discard(self, file: StoredFile) -> None:
        self.delete(file.name)
        with suppress(OSError):  # there is more in it
            (self.folder / file.name).parent.rmdir()

    def read(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            reason = error.strerror or "?"
            raise StoreError(say("The storage of archives can't be used ({reason}).", reason=reason)) from error

    def make_link(self, name: str) -> str | None:
        return None


class BucketStore:
    """A bucket, or a part of one, by a URL such as `s3://bucket/prefix`.

    Credentials, region and endpoint come from the variables that every tool for S3 reads (`AWS_ACCESS_KEY_ID`, …).

    :param folder: where archives are written before they are taken.
    """

    elsewhere = True

    def __init__(self, url: str, folder: Path) -> None:
        import obstore  # portals without a bucket don't pay for it
        from obstore.store import S3Store

        self._obstore = obstore
        self._folder = FolderStore(folder)
        self._bucket = S3Store.from_url(
            url,
            # Without TLS only where the operator says http:// of the endpoint.
            client_options={"timeout": f"{REQUEST_SECONDS}s", "connect_timeout": "10s", "allow_http": True},
            retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=REQUEST_SECONDS)},
        )

    def find_fault(self) -> str | None:
        """Return None, unasked: who downloads is sent to the bucket itself."""
        return None

    def keep(self, path: Path, name: str) -> None:
        attributes = {
            "Content-Type": "application/zip",
            "Content-Disposition": f'attachment; filename="{PurePosixPath(name).name}"',
        }
        part = max(PART_BYTES, path.stat().st_size // MOST_PARTS)
        with _translate_errors():
            self._obstore.put(self._bucket, name, path, attributes=attributes, chunk_size=part, max_concurrency=1)
        self._folder.clear(PurePosixPath(name).parts[0])

    def delete(self, name: str) -> None:
        with _translate_errors():
            self._obstore.delete(self._bucket, name)

    def clear(self, extract_id: str) -> None:
        self._folder.clear(extract_id)
        with _translate_errors():
            left: list[Any] = [entry["path"] for batch in self._bucket.list(f"{extract_id}/") for entry in batch]
            if left:
                self._obstore.delete(self._bucket, left)

    def list_files(self) -> Iterator[StoredFile]:
        yield from self._folder.list_files()
        with _translate_errors():
            for batch in self._bucket.list():
                for entry in batch:
                    yield StoredFile(entry["path"], entry["size"], entry["last_modified"], local=False)

    def discard(self, file: StoredFile) -> None:
        if file.local:
            self._folder.discard(file)
        else:
            self.delete(file.name)

    def read(self, name: str) -> bytes:
        with _translate_errors():
            return bytes(self._obstore.get(self._bucket, name).bytes())

    def make_link(self, name: str) -> str | None:
        with _translate_errors():
            return str(self._obstore.sign(self._bucket, "GET", name, timedelta(seconds=LINK_SECONDS)))


def build_store(url: str | None, folder: Path) -> Store:
    """Make the store of a portal.

    :param url: of a bucket; None for the folder.
    """
    return BucketStore(url, folder) if url else FolderStore(folder)


def find_folder_fault(folder: Path, access: int) -> str | None:
    """Tell why a folder can't be used, or return None.

    :param access: what it is needed for, as `os.access` takes it.
    """
    if not folder.is_dir():
        return f"{folder}: {'it is no folder' if folder.exists() else 'there is no such folder'}"
    return None if os.access(folder, access) else f"{folder}: permission denied"


@contextmanager
def _translate_errors() -> Iterator[None]:
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError) as error:
        told = mask(str(error).split("\n")[0], *environment.list_bucket_secrets())
        logger.warning("the storage of archives: %s", told)
        kind = type(error).__name__
        raise StoreError(say("The storage of archives can't be used ({reason}).", reason=kind), told) from error
