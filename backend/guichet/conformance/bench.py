"""What promises are tried on: a source, its dialect, and searches of rows that stand in the SQL itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from guichet import errors
from guichet.criteria_types.operands import InputLimits
from guichet.interfaces import loading
from guichet.interfaces.interface import BrokenInterface, Interface, Limits
from guichet.portal_db.database import PortalDatabase
from guichet.search import execution, prepare
from guichet.search.arrangement import SortKey
from guichet.search.catalogue import ColumnCatalogue
from guichet.search.execution import Search
from guichet.sources.protocol import Source
from guichet.sql.dialect import Dialect

SECONDS = 60
COLUMNS = ("id", "name", "amount", "day", "flag", "category")
# As SQL has them; what has to be typed is marked.
ROWS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("1", "'Château'", "12.25", "2024-02-29", "TRUE", "10"),
    ("2", "'a,b \"c\"'", "-3.25", "2024-03-01", "FALSE", "20"),
    ("3", "'=1+1'", "0.75", "2024-12-31", "TRUE", "10"),
    ("4", "''", "100.25", "1999-12-31", "FALSE", "30"),
    ("5", "'100%_x'", "7.25", "2024-03-02", "TRUE", "20"),
    ("6", "NULL", "NULL", "NULL", "NULL", "NULL"),
)
CRITERIA: Mapping[str, Mapping[str, Any]] = {
    "id": {"type": "values", "column": "id", "found_in": "id"},
    "name": {"type": "text", "column": "name"},
    "begins": {"type": "text", "column": "name", "match": "prefix"},
    "exact": {"type": "text", "column": "name", "match": "exact"},
    "plain": {"type": "text", "column": "name", "ignore_accents": True},
    "amount": {"type": "number", "column": "amount"},
    "amounts": {"type": "number_range", "column": "amount"},
    "day": {"type": "date", "column": "day"},
    "days": {"type": "date_range", "column": "day"},
    "flag": {"type": "boolean", "column": "flag"},
    "category": {
        "type": "select",
        "column": "category",
        "multiple": True,
        "options": {"sql": "SELECT 10 AS value, 'Ten' AS label UNION ALL SELECT 20, 'Zwanzig'", "missing": "None"},
    },
    "names": {"type": "values", "column": "name"},
}
# Ten digits, six times: a million rows; thirteen times: more than anybody waits for.
DIGITS = "(" + " UNION ALL ".join(f"SELECT {digit} AS n" for digit in range(10)) + ")"


class NotKeptError(Exception):
    """A promise is not kept."""


def expect(actual: object, expected: object, what: str) -> None:
    """Compare what came with what had to come.

    :raises NotKeptError: if they differ.
    """
    if actual != expected:
        raise NotKeptError(f"{what}: {_cut(actual)} instead of {_cut(expected)}")


def _cut(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}…"


def expect_refusal(run: Callable[[], object], *kinds: type[errors.SourceError]) -> errors.SourceError:
    """Run what has to be refused, and return how it was.

    :raises NotKeptError: if it runs.
    """
    try:
        run()
    except kinds as error:
        return error
    raise NotKeptError("it was run")


def _no_database() -> PortalDatabase:
    raise NotKeptError("no list is kept here")


@dataclass
class Bench:
    """A source under trial."""

    source: Source
    dialect: Dialect
    catalogue: ColumnCatalogue = field(default_factory=ColumnCatalogue)

    @cached_property
    def table(self) -> str:
        """The rows, as something to select from."""
        lines = [self._select(row, named=index == 0) for index, row in enumerate(ROWS)]
        return "(" + " UNION ALL ".join(lines) + ") AS sample"

    def _select(self, row: Sequence[str], *, named: bool) -> str:
        cells = [self.day(cell) if name == "day" else cell for name, cell in zip(COLUMNS, row, strict=True)]
        return "SELECT " + ", ".join(
            f"{cell} AS {name}" if named else cell for cell, name in zip(cells, COLUMNS, strict=True)
        )

    def day(self, text: str) -> str:
        """Write a day as SQL: as a date where the database has such a type, else as the text that it keeps days as."""
        if text == "NULL":
            return text
        return self.dialect.cast(f"'{text}'", "date") if self._has_days else f"'{text}'"

    @cached_property
    def _has_days(self) -> bool:
        written = self.dialect.cast("'2024-02-29'", "date")
        with self.source.session(SECONDS) as session:
            return str(session.fetch_value(f"SELECT {written} AS day", {})) == "2024-02-29"

    @cached_property
    def interface(self) -> Interface:
        """An interface over the rows, with a criterion of every type."""
        return self.load(f"SELECT {', '.join(COLUMNS)} FROM {self.table} WHERE {{criteria}}", CRITERIA, key="id")

    def load(self, sql: str, criteria: Mapping[str, Any], **more: Any) -> Interface:
        """Load a definition."""
        written = {"title": "Conformance", "source": "source", "sql": sql, "criteria": criteria, **more}
        limits = Limits(display_rows=1000, interactive_seconds=SECONDS, extract_rows=10_000_000)
        loaded = loading.load_definition(
            "conformance.yaml", json.dumps(written).encode(), sources={"source": self.dialect}, default_limits=limits
        )
        if isinstance(loaded, BrokenInterface):
            raise NotKeptError("; ".join(problem.detail for problem in loaded.problems))
        return loaded

    def prepare(self, criteria: Mapping[str, Any], interface: Interface | None = None) -> Search:
        """Make a search ready to be run."""
        asked = interface or self.interface
        ground = prepare.Ground(
            self.source, self.catalogue, InputLimits(10_000, 50_000, date(2026, 1, 31)), "", _no_database
        )
        return prepare.prepare(asked, criteria, ground, lambda: self.catalogue.columns(asked, self.source))

    def find(self, criteria: Mapping[str, Any]) -> list[int]:
        """Search, and return the ids of what was found, in order."""
        return [int(row[0]) for row in execution.rows(self.prepare(criteria), [SortKey("id")], 10).rows]

    def numbers(self, digits: int) -> str:
        """Return a query of the numbers of so many digits, as `n`."""
        terms = " + ".join(f"d{digit}.n * {10**digit}" for digit in range(digits))
        joined = " CROSS JOIN ".join(f"{DIGITS} AS d{digit}" for digit in range(digits))
        return f"SELECT {terms} AS n FROM {joined}"

    @property
    def endless(self) -> str:
        """A query that nobody waits for."""
        joined = " CROSS JOIN ".join(f"{DIGITS} AS d{digit}" for digit in range(13))
        return f"SELECT count(*) AS n FROM {joined} WHERE d0.n + d12.n <> -1"
