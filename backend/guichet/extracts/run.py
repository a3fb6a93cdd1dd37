"""One extract, run: from its claim to a complete archive in its store.

The search is prepared as for the page, and copied through the compressor to disk. Whoever calls decides what an error
means.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

from pydantic import SecretStr

from guichet.extracts.archives import archive_passwords
from guichet.extracts.archives.archive import Archive
from guichet.extracts.archives.archive_content import ArchiveContent
from guichet.extracts.archives.archive_store import DiskFullError, StoreError
from guichet.extracts.context import ExtractContext
from guichet.extracts.extract import Extract
from guichet.extracts.progress import Progress
from guichet.extracts.queue import Outcome
from guichet.messages import say
from guichet.search.execution import Search

# Lies beside a complete archive until its store has taken it: what its extract came to.
OUTCOME = "outcome.json"


class ExtractRun:
    """One attempt at an extract."""

    def __init__(self, extract: Extract, context: ExtractContext, progress: Progress) -> None:
        self._extract = extract
        self._context = context
        self._progress = progress
        self._folder = context.space.folder / extract.id

    def run(self) -> Outcome:
        """Run the extract to its end.

        :raises GuichetError: whatever stands in the way; nothing of its archive is left then, unless it is complete
            and its store alone can't take it: the next attempt on this machine goes on from there.
        """
        interface = self._context.searches.registry.get(self._extract.interface)
        self._confirm_rights()
        outcome = self._find_complete()
        if outcome is None:
            outcome = self._write(self._context.searches.prepare(self._extract, interface))
        if outcome.archive:
            self._context.store.keep(self._context.space.folder / outcome.archive, outcome.archive)
        return outcome

    def _confirm_rights(self) -> None:
        self._context.rights.confirm(self._extract.owner, self._extract.interface)

    def _find_complete(self) -> Outcome | None:
        """Find the complete archive of an attempt before this one, which its store could not take."""
        try:
            outcome = Outcome(**json.loads((self._folder / OUTCOME).read_text("utf-8")))
            size = (self._context.space.folder / str(outcome.archive)).stat().st_size
        except (OSError, ValueError, TypeError):
            return None
        return outcome if size == outcome.archive_bytes else None

    def _write(self, search: Search) -> Outcome:
        """Write the archive of a search; there is none where nothing was found and nothing is to be said of lists."""
        password = self._unseal_password()
        if self._extract.attempt > 1:
            self._context.store.clear(self._extract.id)  # what an attempt before this one left when its worker died
        moment = datetime.now(UTC)
        path = self._folder / f"{search.interface.filename}_{moment:%Y%m%dT%H%M%SZ}.zip"
        with self._folder_for_archive(), Archive(path, moment, password) as archive:
            local_moment = moment.astimezone(self._context.searches.zone)
            content = ArchiveContent(self._extract, search, archive, local_moment, self._context.space, self._progress)
            content.write_tables(self._context.extract_seconds)
            if not archive.files:
                return Outcome("done")
            content.write_manifest()
            content.write_readme()
            return self._complete(archive)

    def _unseal_password(self) -> SecretStr | None:
        sealed = self._extract.sealed_password
        return archive_passwords.unseal(sealed, self._context.secret_key, self._extract.owner) if sealed else None

    def _complete(self, archive: Archive) -> Outcome:
        self._progress.begin_step()
        self._confirm_rights()
        size = archive.complete()
        name = archive.path.relative_to(self._context.space.folder).as_posix()
        outcome = Outcome("done", self._progress.rows, self._progress.bytes, name, size)
        if self._context.store.elsewhere:
            (self._folder / OUTCOME).write_text(json.dumps(asdict(outcome)), "utf-8")
        return outcome

    @contextmanager
    def _folder_for_archive(self) -> Iterator[None]:
        """Make the extract's folder; it is removed again if nothing is in it in the end.

        :raises StoreError: if something can't be written there.
        """
        try:
            self._folder.mkdir()
            yield
        except OSError as error:
            raise _describe_failure(error) from error
        finally:
            if self._folder.is_dir() and not any(self._folder.iterdir()):
                self._folder.rmdir()


def _describe_failure(error: OSError) -> StoreError:
    message = say("The archive can't be written: {reason}.", reason=error.strerror or "?")
    return DiskFullError(message) if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreError(message)
