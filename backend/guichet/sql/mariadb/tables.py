"""What a first definition of a table has of MariaDB's SQL, and how the rows of a table are looked at."""

from __future__ import annotations

from collections.abc import Sequence

SAMPLED_CHARACTERS = 1000


def label(columns: Sequence[str], key: str | None) -> str:
    """Return the expression that names a row; NULL where there is no row.

    :param columns: what it is called by.
    :param key: what stands before that, where it alone doesn't tell rows apart.
    """
    text = columns[0] if len(columns) == 1 else f"CONCAT_WS(' ', {', '.join(columns)})"
    if key:
        return f"CONCAT({key}, ' – ', coalesce({text}, ''))"
    return text if len(columns) == 1 else f"nullif({text}, '')"


def cast(expression: str, type_name: str) -> str:
    """Return an expression as another type."""
    return f"CAST({expression} AS {type_name})"


def full_text(expression: str, name: str) -> str:
    """Return the author's condition of a full text that has the words of a `:bind` in it."""
    return f"MATCH ({expression}) AGAINST (:{name} IN NATURAL LANGUAGE MODE)"


def sample(table: str, columns: Sequence[str], rows: int, secret: str) -> str:
    """Count some rows of a table, and of each column its values, its different ones, the longest, and the secret ones.

    :param rows: how many are looked at.
    :param secret: a regular expression of texts that nobody should find.
    """
    escaped = secret.replace("\\", "\\\\").replace("'", "''")
    told = ", ".join(
        f"count({name}), count(DISTINCT LEFT(CAST({name} AS CHAR), {SAMPLED_CHARACTERS})),"
        f" coalesce(max(CHAR_LENGTH(CAST({name} AS CHAR))), 0),"
        f" count(IF(CAST({name} AS CHAR) REGEXP '{escaped}', 1, NULL))"
        for name in columns
    )
    return f"SELECT count(*), {told} FROM (SELECT {', '.join(columns)} FROM {table} LIMIT {rows}) AS sampled"


def sample_together(table: str, columns: Sequence[str], rows: int) -> str:
    """Count some rows of a table, and how many differ in some columns."""
    listed = f"SELECT {', '.join(columns)} FROM {table} LIMIT {rows}"
    different = f"SELECT DISTINCT * FROM ({listed}) AS sampled"
    return f"SELECT (SELECT count(*) FROM ({listed}) AS sampled), (SELECT count(*) FROM ({different}) AS different)"


def quotes_value(message: str, value: str | None) -> bool:
    """Tell whether a message of the server quotes a value; with None, whether it quotes anything."""
    return f"'{value}'" in message if value is not None else message.count("'") > 1
