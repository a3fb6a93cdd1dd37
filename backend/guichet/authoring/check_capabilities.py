"""What `guichet check` says of a database that can't do all that others can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guichet.sources.protocol import Session, Source

ABSENT: Mapping[str, str] = {
    "cancel": "ends no query that nobody waits for any more: it runs on to its time limit",
    "time_limit": "has no time limit: a query takes as long as it takes, and no rows are sampled or counted on the way",
    "read_only": "does not refuse by itself what would change something: give its role no right but to read",
    "estimate": "can't tell how many rows to expect: they are counted, or not shown",
    "temporary_tables": "takes no temporary tables: long lists are sent with each statement",
    "snapshot": "shows no two statements one moment: rows and not_found.csv may differ by what changed meanwhile",
    "writes": "can't be written to: there are no records in it",
    "catalogue": "doesn't tell its tables: `guichet new` and `guichet tables` know none",
}


def notes(source: Source, session: Session) -> Iterator[str]:
    """Say what a source can't do, in one line, and what is wrong with its role in another."""
    if absent := source.capabilities.absent:
        yield f"source `{source.name}` {'; '.join(ABSENT[name] for name in absent)}."
    if detail := source.advice.of_role(session):
        yield f"source `{source.name}` {detail}"
