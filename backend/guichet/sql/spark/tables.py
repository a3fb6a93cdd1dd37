"""What a first definition of a table has of Spark's SQL, and how the rows of a table are looked at."""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.spark.statements import quote_text

SAMPLED_CHARACTERS = 1000


def label(columns: Sequence[str], key: str | None) -> str:
    """Return the expression that names a row; NULL where there is no row.

    :param columns: what it is called by.
    :param key: what stands before that, where it alone doesn't tell rows apart.
    """
    text = columns[0] if len(columns) == 1 else f"concat_ws(' ', {', '.join(columns)})"
    if key:
        return f"concat({key}, ' – ', coalesce({text}, ''))"
    return text if len(columns) == 1 else f"nullif({text}, '')"


def cast(expression: str, type_name: str) -> str:
    """Return an expression as another type."""
    return f"CAST({expression} AS {type_name})"


def full_text(expression: str, name: str) -> str:
    """Return the author's condition of a text that has all words of a `:bind` in it."""
    return f"{expression} ILIKE concat('%', :{name}, '%')"


def sample(table: str, columns: Sequence[str], rows: int, secret: str) -> str:
    """Count some rows of a table, and of each column its values, its different ones, the longest, and the secret ones.

    :param rows: how many are looked at.
    :param secret: a regular expression of texts that nobody should find.
    """
    told = ", ".join(
        f"count({name}), count(DISTINCT left(CAST({name} AS STRING), {SAMPLED_CHARACTERS})),"
        f" coalesce(max(length(CAST({name} AS STRING))), 0),"
        f" count(*) FILTER (WHERE CAST({name} AS STRING) RLIKE {quote_text(secret)})"
        for name in columns
    )
    return f"SELECT count(*), {told} FROM (SELECT {', '.join(columns)} FROM {table} LIMIT {rows}) AS sampled"


def sample_together(table: str, columns: Sequence[str], rows: int) -> str:
    """Count some rows of a table, and how many differ in some columns."""
    listed = f"SELECT {', '.join(columns)} FROM {table} LIMIT {rows}"
    return f"SELECT count(*), count(DISTINCT to_json(struct(sampled.*))) FROM ({listed}) AS sampled"


def quotes_value(message: str, value: str | None) -> bool:
    """Tell whether a message of the server quotes a value; with None, whether it quotes anything."""
    return f"'{value}'" in message if value is not None else message.count("'") > 1
