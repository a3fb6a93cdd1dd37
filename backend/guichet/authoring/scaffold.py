"""`guichet new`: a first definition of a table, written from the database's catalogue, for its author to edit.

Foreign keys become selects with their lookup table, dates ranges, numbers ranges, few-valued columns selects, other
text text. What comes out is a file as a person would have written it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from guichet import errors
from guichet.interfaces import document
from guichet.interfaces.interface import label_of
from guichet.interfaces.model import MOST_KEY_COLUMNS
from guichet.sources.source import Session, Source

CATALOGUE_SECONDS = 20
FEW_VALUES = 30

# Rows that are looked at to find out whether a column has few values.
SAMPLED_ROWS = 20_000

CRITERION_NAME = re.compile(r"[a-z][a-z0-9_]*")

# Columns that nobody should find by chance; an author who wants one adds it.
SECRET = re.compile(r"password|passwd|secret|token|salt", re.IGNORECASE)

DATES = ("date", "timestamp without time zone", "timestamp with time zone")


@dataclass(frozen=True)
class TableColumn:
    """One column of a table, as the catalogue has it.

    Of its names, `name` is as it is, the others are quoted where SQL needs it: `quoted`, and `bare` without `_id`.

    :param few_values: found out by looking at rows.
    """

    name: str
    quoted: str
    bare: str
    table_alias: str
    type: str
    is_enum: bool
    category: str
    is_key: bool
    lookup_table: str | None
    lookup_key: str | None
    lookup_label: str | None
    lookup_rows: float | None
    few_values: bool = False

    @property
    def expression(self) -> str:
        return f"{self.table_alias}.{self.quoted}"

    @property
    def is_lookup(self) -> bool:
        """Whether it refers to a table whose rows have something to call them by."""
        return self.lookup_table is not None and self.lookup_label is not None


def read(source: Source, table: str) -> list[TableColumn]:
    """Reads a table's columns.

    :param table: as SQL names it, with its schema where it is not on the search path.
    :raises NotFoundError: if there is no such table or view.
    """
    sql = resources.files(__package__).joinpath("catalogue.sql").read_text("utf-8")
    with source.session(CATALOGUE_SECONDS) as session:
        rows = session.fetch(sql, {"table": table}).rows
        if not rows:
            raise errors.NotFoundError(f"Source `{source.name}` has no table or view `{table}`.")
        columns = [_column(session, table, row) for row in rows]
    return [column for column in columns if not SECRET.search(column.name)]


def write(source: str, table: str, columns: Sequence[TableColumn]) -> str:
    """Writes the definition of a table as YAML."""
    label = label_of(table.rsplit(".", 1)[-1].strip('"'))
    lines = [
        "# yaml-language-server: $schema=./definition.schema.json",
        f"title: {_yaml(label)}",
        "group: New",
        f"source: {source}",
        f"description: {_yaml(f'Written by guichet new from the table {table}; edit it as you like.')}",
        "",
        "sql: |",
        *(f"  {line}" for line in _sql(table, columns)),
        "",
        *_block("criteria", list(_criteria(table, columns))),
        *_key(columns),
    ]
    return "\n".join(lines) + "\n"


def id_of(table: str) -> str:
    """Makes an interface's id of a table's name."""
    return re.sub(r"[^a-z0-9]+", "_", table.rsplit(".", 1)[-1].lower()).strip("_") or "table"


def _block(key: str, lines: Sequence[str]) -> list[str]:
    return [f"{key}:", *(f"  {line}" for line in lines)] if lines else [f"{key}: {{}}"]


def _key(columns: Sequence[TableColumn]) -> list[str]:
    """Names the primary key, by which programs page; not where a part of it is shown as what it refers to."""
    key = [column for column in columns if column.is_key]
    if not 0 < len(key) <= MOST_KEY_COLUMNS or any(column.is_lookup for column in key):
        return []
    shown = dict(_selected(columns, _lookup_aliases(columns)))
    names = [_yaml(_unquoted(shown[column.expression])) for column in key]
    return ["", f"key: {names[0]}"] if len(names) == 1 else ["", "key:", *(f"  - {name}" for name in names)]


def _unquoted(identifier: str) -> str:
    return identifier[1:-1].replace('""', '"') if identifier.startswith('"') else identifier


def _column(session: Session, table: str, row: tuple[Any, ...]) -> TableColumn:
    column = TableColumn(*row)
    if column.lookup_table or column.is_enum or column.category != "S" or column.is_key:
        return column
    counted = session.fetch_value(
        f"SELECT count(*) FROM (SELECT DISTINCT {column.quoted} FROM"
        f" (SELECT {column.quoted} FROM {table} LIMIT {SAMPLED_ROWS}) AS sampled LIMIT {FEW_VALUES + 1}) AS found",
        {},
    )
    return replace(column, few_values=1 < counted <= FEW_VALUES)


def _sql(table: str, columns: Sequence[TableColumn]) -> Iterator[str]:
    aliases = _lookup_aliases(columns)
    selected = _selected(columns, aliases)
    width = max((len(expression) for expression, _ in selected), default=0)
    for at, (expression, name) in enumerate(selected):
        start = "SELECT " if at == 0 else "       "
        end = "," if at < len(selected) - 1 else ""
        yield f"{start}{expression.ljust(width)} AS {name}{end}"
    yield f"FROM {_named(table, columns[0].table_alias)}"
    for column in columns:
        if column.is_lookup:
            lookup = aliases[column.name]
            named = _named(str(column.lookup_table), lookup)
            yield f"LEFT JOIN {named} ON {lookup}.{column.lookup_key} = {column.expression}"
    yield "WHERE {criteria}"


def _named(table: str, alias: str) -> str:
    return table if table == alias else f"{table} AS {alias}"


def _selected(columns: Sequence[TableColumn], aliases: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pairs each expression with the name that it gets; a tsvector is only shown where there is nothing else."""
    shown = [column for column in columns if column.type != "tsvector"] or columns
    taken: set[str] = set()
    found = []
    for column in shown:
        name = _free(column.bare if column.is_lookup else column.quoted, taken)
        label = f"{aliases[column.name]}.{column.lookup_label}" if column.is_lookup else column.expression
        found.append((label, name))
    return found


def _lookup_aliases(columns: Sequence[TableColumn]) -> dict[str, str]:
    """Names each joined lookup table after the column that refers to it."""
    taken = {column.table_alias for column in columns}
    return {column.name: _free(column.bare, taken) for column in columns if column.is_lookup}


def _free(name: str, taken: set[str]) -> str:
    """Takes a name that is free: itself, or numbered, inside its quotes where it has some."""
    stem, end = (name[:-1], '"') if name.endswith('"') else (name, "")
    numbered = (f"{stem}_{number}{end}" for number in itertools.count(2))
    free = next(one for one in itertools.chain([name], numbered) if one not in taken)
    taken.add(free)
    return free


def _criteria(table: str, columns: Sequence[TableColumn]) -> Iterator[str]:
    taken: set[str] = set()
    for column in columns:
        if body := _criterion(table, column):
            name = _criterion_name(column, body[0], taken)
            yield f"{_yaml(name)}:"
            yield from (f"  {line.replace('{name}', name)}" for line in body)


def _criterion_name(column: TableColumn, kind: str, taken: set[str]) -> str:
    """Makes a criterion's name; what it will be bound as must be free as well."""
    base = re.sub(r"_id$", "", column.name) if column.is_lookup else column.name
    stem = re.sub(r"\W", "_", base.lower(), flags=re.ASCII).strip("_")
    stem = stem if CRITERION_NAME.fullmatch(stem) else f"c_{stem}".rstrip("_")
    for name in itertools.chain([stem], (f"{stem}_{number}" for number in itertools.count(2))):
        binds = {name, f"{name}_from", f"{name}_to"} if kind.endswith("_range") else {name}
        if not binds & taken:
            taken |= binds
            return name
    raise AssertionError("there is always a free number")


def _criterion(table: str, column: TableColumn) -> list[str]:
    """Writes what stands under a criterion's name; nothing for types that no criterion fits."""
    if column.is_lookup:
        options = f"SELECT {column.lookup_key} AS value, {column.lookup_label} AS label"
        return _select(column, f"{options} FROM {column.lookup_table} ORDER BY label")
    if column.lookup_table and 0 <= (column.lookup_rows or 0) <= FEW_VALUES:
        return _select(column, f"SELECT {column.lookup_key} AS value FROM {column.lookup_table} ORDER BY value")
    if column.is_enum:
        return _select(column, f"SELECT unnest(enum_range(NULL::{column.type})) AS value")
    if column.few_values:
        return _select(column, f"SELECT DISTINCT {column.quoted} AS value FROM {table} ORDER BY value")
    if column.type == "tsvector":
        return ["type: text", f"where: '{column.expression} @@ websearch_to_tsquery(:{{name}})'"]
    kind = _kind(column)
    if not kind:
        return []
    found = [f"type: {kind}", f"column: {_yaml(column.expression)}"]
    return [*found, "match: contains"] if kind == "text" else found


def _kind(column: TableColumn) -> str | None:
    if column.type in DATES:
        return "date_range"
    if column.type == "boolean":
        return "boolean"
    identifies = column.is_key or column.lookup_table is not None
    if column.type == "uuid" or (identifies and column.category == "N"):
        return "values"
    return {"N": "number_range", "S": "text"}.get(column.category)


def _select(column: TableColumn, options: str) -> list[str]:
    return [
        "type: select",
        "multiple: true",
        f"column: {_yaml(column.expression)}",
        "options:",
        f"  sql: {_yaml(options)}",
    ]


def _yaml(text: str) -> str:
    """Writes a text as a YAML scalar, in quotes only where it would be read as something else without."""
    try:
        if document.parse(f"text: {text}").values == {"text": text}:
            return text
    except document.DocumentError:
        pass
    return "'" + text.replace("'", "''") + "'"
