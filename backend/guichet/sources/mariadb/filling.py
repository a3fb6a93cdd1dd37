"""How temporary tables are filled: statements that insert many rows each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guichet.sources.list_rows import read_rows
from guichet.sources.mariadb.literals import quote_text

# As large as a statement gets, in characters: a server takes 16 MiB unless it was told otherwise, an old one 1 MiB.
STATEMENT_CHARACTERS = 500_000

# As which type values are read to see whether they are of a column's. What is missing is compared as a text, or was
# looked at before (numbers, days, moments, uuids).
CASTS: Mapping[str, str] = {"time": "TIME(6)", "inet6": "INET6", "inet4": "INET4"}


def inserts(table: str, blocks: Iterator[bytes]) -> Iterator[str]:
    """Yield the statements that fill a table.

    :param blocks: its rows, as `list_rows` reads them.
    """
    waiting: list[str] = []
    size = 0
    for cells in read_rows(blocks):
        row = f"({', '.join('NULL' if cell is None else quote_text(cell) for cell in cells)})"
        waiting.append(row)
        size += len(row)
        if size >= STATEMENT_CHARACTERS:
            yield _insert(table, waiting)
            waiting, size = [], 0
    if waiting:
        yield _insert(table, waiting)


def _insert(table: str, rows: list[str]) -> str:
    return f"INSERT INTO {table} VALUES {', '.join(rows)}"
