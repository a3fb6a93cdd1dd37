"""What an archive holds: the rows, what was not found of each list beside them, the manifest, the README.

Rows never become Python objects; memory does not grow with them.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from guichet import errors
from guichet.extracts.archives import readme
from guichet.extracts.archives.archive import Archive
from guichet.extracts.archives.archive_space import ArchiveSpace
from guichet.extracts.archives.csv_parts import BufferedEntry, CsvParts, CsvTable
from guichet.extracts.extract import Extract
from guichet.extracts.progress import Progress
from guichet.messages import say
from guichet.results import csv_format
from guichet.search import arrangement, unmatched
from guichet.search.arrangement import SortKey
from guichet.search.error_attribution import blaming
from guichet.search.execution import Search
from guichet.search.unmatched import Lined
from guichet.search.value_list_binding import LookedFor, UsedList
from guichet.sources.protocol import Session, SpreadingSession
from guichet.sql.formats import CsvFormat
from guichet.sql.statement import Statement

logger = logging.getLogger(__name__)


@dataclass
class ArchiveContent:
    """The content of an extract's archive, which is written into it step by step.

    :param moment: when it is made, in the portal's zone.
    :ivar value_lists: what the manifest says of each list, by its criterion.
    """

    extract: Extract
    search: Search
    archive: Archive
    moment: datetime
    space: ArchiveSpace
    progress: Progress
    value_lists: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._columns = arrangement.choose(self.search.columns, self.extract.request["columns"])
        self._format = CsvFormat(**self.extract.request["dialect"])
        self._language = self.extract.request["language"]

    def write_tables(self, seconds: int) -> None:
        """Write the rows, and what was not found of each list beside them, all as they are at one moment.

        :param seconds: that the query may take.
        :raises TooLargeError: if there are more rows than the interface lets one extract.
        """
        with blaming(self.search.interface, self.search):
            prepared = unmatched.prepare_lines(self.search, self.search.places)
            with prepared.session(seconds) as session, self.progress.watch(session):
                self.search.confirm_columns(session)
                self._write_rows(prepared.search, session)
                self._write_unmatched(prepared, session)

    def _write_rows(self, search: Search, session: Session) -> None:
        most = search.interface.limits.extract_rows
        keys = arrangement.sorts(search.columns, [SortKey(**key) for key in self.extract.request["sort"]])
        expressions = search.dialect.csv_cells(self._columns, self._format)
        selected = search.dialect.select(search.statement, expressions, keys, most + 1)
        cancels = search.source.capabilities.cancel
        parts = CsvParts(self.archive, self._describe_table(), self.progress, self._check_space, cancels=cancels)
        self._spread(session, selected)
        session.write_csv(selected.sql, selected.parameters, self._format.delimiter, parts)
        parts.close()
        if self.progress.rows > most:
            raise errors.TooLargeError(
                say("The result has more than {most} rows, which is all that this form may extract.", most=most)
            )

    def _spread(self, session: Session, selected: Statement) -> None:
        """Have the database use processes that it has to spare, and log where it can't."""
        if not isinstance(session, SpreadingSession):
            return
        planned = session.spread(selected.sql, selected.parameters)
        if planned == 0:
            logger.info("extract %s: its plan has no part that several processes can share", self.extract.id)
        elif planned is not None:
            logger.info("extract %s: the database shares it out among %d processes more", self.extract.id, planned)

    def _describe_table(self) -> CsvTable:
        interface, columns = self.search.interface, self._columns
        labels = [interface.column_label(column.name, self._language) for column in columns]
        return CsvTable(
            name=interface.filename,
            labels=tuple(csv_format.headings(labels, columns, self._format, self.search.source.time_zone)),
            format=self._format,
            guard=csv_format.make_guard(columns, self._format),
            part_rows=self.extract.request["part_rows"],
        )

    def _check_space(self) -> None:
        self.space.check(self.extract.id, self.archive.size)

    def _write_unmatched(self, prepared: Lined, session: Session) -> None:
        names = sorted(prepared.lines)
        for name in names:
            self.progress.begin_step()
            with self.archive.open_entry("not_found.csv" if len(names) == 1 else f"not_found_{name}.csv") as entry:
                entry.columns = unmatched.COLUMNS
                buffered = BufferedEntry(entry)
                entry.rows = unmatched.write(prepared, session, name, buffered)
                buffered.flush()
            self.value_lists[name] = _describe_list(prepared.search.looked_for[name]) | {"not_found": entry.rows}

    def write_manifest(self) -> None:
        """Write manifest.json, which tells programs what is in the archive and where it is from."""
        manifest = json.dumps(self._describe(), indent=2, ensure_ascii=False)
        with self.archive.open_entry("manifest.json") as entry:
            entry.write(manifest.encode())

    def _describe(self) -> dict[str, Any]:
        extract, interface = self.extract, self.search.interface
        # Said where it is not so: then a value may be missing from rows and not_found.csv alike, or stand in both.
        moments = {} if self.search.sees_one_moment else {"one_moment": False}
        return {
            "interface": interface.id,
            "title": interface.title(self._language),
            "definition": interface.version,
            "source": interface.source,
            "asked_by": extract.owner,
            "asked_at": extract.created_at.isoformat(),
            "extracted_at": self.moment.astimezone(UTC).isoformat(),
            "seconds": round(time.monotonic() - self._began, 3),
            **{name: extract.request[name] for name in ("criteria", "sort", "dialect")},
            "columns": [{"name": column.name, "type": column.type} for column in self._columns],
            "files": [asdict(file) for file in self.archive.files],
            "value_lists": self.value_lists,
            **moments,
        }

    def write_readme(self) -> None:
        """Write README.txt, which tells people the same in their language."""
        about = readme.About(
            language=self._language,
            title=self.search.interface.title(self._language),
            owner=self.extract.owner,
            criteria=self.extract.request["words"],
            dialect=self._format,
            asked_at=self.extract.created_at.astimezone(self.moment.tzinfo),
            made_at=self.moment,
        )
        # With a byte-order mark every editor reads the accents right.
        content = readme.write(about, self.archive.files).encode("utf-8-sig")
        with self.archive.open_entry("README.txt") as entry:
            entry.write(content)


def _describe_list(listed: LookedFor) -> dict[str, Any]:
    """Say which list it was; what was pasted has no name."""
    named = {"list": listed.id, "sha256": listed.hash} if isinstance(listed, UsedList) else {}
    return {**named, "values": listed.values}
