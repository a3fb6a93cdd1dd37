"""One extract, run: the search is composed as for the page, copied through the compressor to disk, and described.

Rows never become Python objects; memory does not grow with them. Whoever calls decides what an error means.
"""

from __future__ import annotations

import errno
import functools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from guichet import errors
from guichet.extracts import archive_passwords, csv_parts, readme
from guichet.extracts.archive import Archive
from guichet.extracts.archive_store import DiskFullError, Store, StoreError
from guichet.extracts.csv_parts import Gathered, Parts, Room
from guichet.extracts.queue import Extract, Outcome
from guichet.extracts.rights import Rights
from guichet.interfaces.interface import Interface
from guichet.interfaces.registry import Registry
from guichet.messages import say
from guichet.portal_db.database import PortalDatabase
from guichet.results import csv_format
from guichet.results.csv_format import Dialect
from guichet.search import arrangement, compose, prepare, unmatched
from guichet.search.arrangement import SortKey
from guichet.search.catalogue import Catalogue
from guichet.search.criteria import InputLimits
from guichet.search.error_attribution import blaming
from guichet.search.execution import Search
from guichet.search.prepare import Ground
from guichet.search.unmatched import Lined
from guichet.search.value_list_binding import LookedFor, UsedList
from guichet.sources.columns import Column
from guichet.sources.postgresql.source import Session, Source

# Lies beside a complete archive until its store has taken it: what its extract came to.
OUTCOME = "outcome.json"


@dataclass
class Progress(csv_parts.Progress):
    """How far an extract is, and how to stop it; for the worker's other thread."""

    session: Session | None = None
    stopped: bool = False

    def stop(self) -> None:
        """Cancels the query in the database, now or as soon as it begins."""
        self.stopped = True
        if self.session:
            self.session.cancel()

    def go_on(self) -> None:
        """Says that another step begins.

        :raises QueryCancelledError: if it shall not.
        """
        if self.stopped:
            raise errors.QueryCancelledError("", "The extract was cancelled.")


@dataclass(frozen=True)
class Surroundings:
    """What an extract needs beside itself.

    :param room: tells how many bytes the archive of an extract may take, beside all others.
    :param budget_bytes: what all archives may take together.
    :param spare_bytes: of the disk that are left free.
    """

    database: PortalDatabase
    registry: Registry
    sources: dict[str, Source]
    catalogue: Catalogue
    limits: Callable[[datetime], InputLimits]
    archive_dir: Path
    store: Store
    extract_seconds: int
    time_zone: str
    secret_key: SecretStr | None
    room: Callable[[str], int]
    budget_bytes: int
    spare_bytes: int
    rights: Rights


def run(extract: Extract, surroundings: Surroundings, progress: Progress) -> Outcome:
    """Runs an extract to its end.

    :raises GuichetError: whatever stands in the way; nothing of its archive is left then, unless it is complete and
        its store alone can't take it: the next attempt on this machine goes on from there.
    """
    interface = surroundings.registry.get(extract.interface)
    surroundings.rights.confirm(extract.owner, extract.interface)
    if written := _written(extract, surroundings):
        _keep(written, surroundings)
        return written
    source = surroundings.sources[interface.source]
    search = _search(extract, interface, source, surroundings)
    columns = arrangement.chosen(search.columns, extract.request["columns"])
    style = Dialect(**extract.request["dialect"])
    password = _password(extract, surroundings)
    started = time.monotonic()
    moment = datetime.now(UTC)
    folder = surroundings.archive_dir / extract.id
    if extract.attempt > 1:
        surroundings.store.clear(extract.id)  # what an attempt before this one left when its worker died
    _make(folder)
    path = folder / f"{interface.filename}_{moment:%Y%m%dT%H%M%SZ}.zip"
    try:
        with Archive(path, moment, password) as archive:
            with blaming(interface, search):
                told = _write_tables(extract, search, columns, style, archive, surroundings, progress)
            if not archive.files:
                return Outcome("done")
            manifest = _manifest(extract, interface, columns, archive, moment, started) | {"value_lists": told}
            with archive.entry("manifest.json") as entry:
                entry.write(json.dumps(manifest, indent=2, ensure_ascii=False).encode())
            with archive.entry("README.txt") as entry:
                entry.write(
                    _readme(
                        extract, manifest["title"], archive, style, moment.astimezone(ZoneInfo(surroundings.time_zone))
                    )
                )
            progress.go_on()
            surroundings.rights.confirm(extract.owner, extract.interface)
            size = archive.complete()
        name = path.relative_to(surroundings.archive_dir).as_posix()
        outcome = Outcome("done", progress.rows, progress.bytes, name, size)
        if surroundings.store.elsewhere:
            (folder / OUTCOME).write_text(json.dumps(asdict(outcome)), "utf-8")
        _keep(outcome, surroundings)
    except OSError as error:
        raise _not_written(error) from error
    finally:
        _remove_if_empty(folder)
    return outcome


def _make(folder: Path) -> None:
    try:
        folder.mkdir()
    except OSError as error:
        raise _not_written(error) from error


def _not_written(error: OSError) -> StoreError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    message = say("The archive can't be written: {reason}.", reason=error.strerror or "?")
    return DiskFullError(message) if full else StoreError(message)


def _written(extract: Extract, surroundings: Surroundings) -> Outcome | None:
    """Finds the complete archive of an attempt before this one, which its store could not take."""
    try:
        told = json.loads((surroundings.archive_dir / extract.id / OUTCOME).read_text("utf-8"))
        outcome = Outcome(**told)
        size = (surroundings.archive_dir / str(outcome.archive)).stat().st_size
    except (OSError, ValueError, TypeError):
        return None
    return outcome if size == outcome.archive_bytes else None


def _keep(outcome: Outcome, surroundings: Surroundings) -> None:
    """Hands a complete archive to its store."""
    name = str(outcome.archive)
    surroundings.store.keep(surroundings.archive_dir / name, name)


def _password(extract: Extract, surroundings: Surroundings) -> SecretStr | None:
    sealed = extract.sealed_password
    return archive_passwords.unseal(sealed, surroundings.secret_key, extract.owner) if sealed else None


def _search(extract: Extract, interface: Interface, source: Source, surroundings: Surroundings) -> Search:
    """Make the search of whoever asked for the extract, as on the day when they did."""
    asked_at = extract.created_at.astimezone(ZoneInfo(surroundings.time_zone))
    ground = Ground(
        source=source,
        catalogue=surroundings.catalogue,
        limits=surroundings.limits(asked_at),
        owner=extract.owner,
        database=lambda: surroundings.database,
    )
    columns = functools.partial(surroundings.catalogue.current_columns, interface, source)
    return prepare.prepare(interface, extract.request["criteria"], ground, columns)


def _write_tables(
    extract: Extract,
    search: Search,
    columns: Sequence[Column],
    style: Dialect,
    archive: Archive,
    surroundings: Surroundings,
    progress: Progress,
) -> dict[str, Any]:
    """Writes the rows, and what was not found of each list beside them, all as they are at one moment.

    :returns: what the manifest says of the lists.
    """
    prepared = unmatched.lined(search, search.places)
    with prepared.session(surroundings.extract_seconds) as session, _watched(session, progress):
        search.confirm_columns(session)
        _write_rows(extract, prepared.search, columns, style, archive, surroundings, session, progress)
        return _write_unmatched(prepared, archive, session, progress)


def _write_rows(
    extract: Extract,
    search: Search,
    columns: Sequence[Column],
    style: Dialect,
    archive: Archive,
    surroundings: Surroundings,
    session: Session,
    progress: Progress,
) -> None:
    request, most = extract.request, search.interface.limits.extract_rows
    keys = arrangement.sorts(search.columns, [SortKey(**key) for key in request["sort"]])
    selected = compose.selection(search.statement, csv_format.expressions(columns, style), keys, most + 1)
    named = [search.interface.column_label(column.name, request["language"]) for column in columns]
    labels = csv_format.headings(named, columns, style, search.source.time_zone)
    most_bytes = functools.partial(surroundings.room, extract.id)
    room = Room(archive, surroundings.archive_dir, most_bytes, surroundings.budget_bytes, surroundings.spare_bytes)
    guard = csv_format.make_guard(columns, style)
    files = Parts(archive, search.interface.filename, labels, style, guard, progress, room, request["part_rows"])
    session.copy(csv_format.copy(selected.sql, style), selected.parameters, files)
    files.close()
    if progress.rows > most:
        raise errors.TooLargeError(
            say("The result has more than {most} rows, which is all that this form may extract.", most=most)
        )


def _write_unmatched(prepared: Lined, archive: Archive, session: Session, progress: Progress) -> dict[str, Any]:
    """Writes what was not found of each list; returns what the manifest says of them."""
    told: dict[str, Any] = {}
    names = sorted(prepared.lines)
    for name in names:
        progress.go_on()
        with archive.entry("not_found.csv" if len(names) == 1 else f"not_found_{name}.csv") as entry:
            entry.columns = unmatched.COLUMNS
            gathered = Gathered(entry)
            entry.rows = unmatched.write(prepared, session, name, gathered)
            gathered.flush()
        told[name] = _told(prepared.search.looked_for[name]) | {"not_found": entry.rows}
    return told


def _told(listed: LookedFor) -> dict[str, Any]:
    """Says which list it was; what was pasted has no name."""
    named = {"list": listed.id, "sha256": listed.hash} if isinstance(listed, UsedList) else {}
    return {**named, "values": listed.values}


@contextmanager
def _watched(session: Session, progress: Progress) -> Iterator[None]:
    """Lets the worker's other thread cancel what runs in a session."""
    progress.session = session
    try:
        progress.go_on()
        yield
    finally:
        progress.session = None


def _manifest(
    extract: Extract,
    interface: Interface,
    columns: Sequence[Column],
    archive: Archive,
    moment: datetime,
    started: float,
) -> dict[str, Any]:
    return {
        "interface": interface.id,
        "title": interface.title(extract.request["language"]),
        "definition": interface.version,
        "source": interface.source,
        "asked_by": extract.owner,
        "asked_at": extract.created_at.isoformat(),
        "extracted_at": moment.isoformat(),
        "seconds": round(time.monotonic() - started, 3),
        **{name: extract.request[name] for name in ("criteria", "sort", "dialect")},
        "columns": [{"name": column.name, "type": column.type} for column in columns],
        "files": [asdict(file) for file in archive.files],
    }


def _readme(extract: Extract, title: str, archive: Archive, style: Dialect, moment: datetime) -> bytes:
    about = readme.About(
        language=extract.request["language"],
        title=title,
        owner=extract.owner,
        criteria=extract.request["words"],
        dialect=style,
        asked_at=extract.created_at.astimezone(moment.tzinfo),
        made_at=moment,
    )
    # With a byte-order mark every editor reads the accents right.
    return readme.write(about, archive.files).encode("utf-8-sig")


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
