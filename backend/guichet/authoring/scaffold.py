"""`guichet new`: a first definition of a table, for its author to edit.

Foreign keys become selects with their lookup table, dates ranges, numbers ranges, few-valued columns selects, other
text text. What comes out is a file as a person would have written it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from guichet.authoring.tables import FEW_VALUES, QUOTES, SurveyedColumn, SurveyedTable, without_accents
from guichet.interfaces import document
from guichet.interfaces.model import MOST_KEY_COLUMNS
from guichet.language import build_label
from guichet.sql.dialect import Dialect
from guichet.sql.statement import DATES

CRITERION_NAME = re.compile(r"[a-z][a-z0-9_]*")
TABLE_ALIAS = re.compile(r"[a-z][a-z0-9_]*")
# Words of some kind's SQL that are as short as an alias.
RESERVED = re.compile(
    r"add|all|and|anti|any|asc?|asof|at|bit|blob|both|by|call|case|cast|char|cube|dec|desc|div|do|drop|dual|each|else|end"
    r"|exit|for|from|full|get|glob|if|in|int[1-8]?|into|is|join|keys?|kill|lag|lead|left|like|load|lock|long|loop|mod|not"
    r"|null|of|on|only|or|out|over|rank|read|real|rows?|semi|set|show|some|sql|ssl|then|time|to|true|undo|use|user|when"
    r"|with|xor"
)

NUMBERS = ("integer", "decimal", "float")


def write(source: str, table: SurveyedTable, dialect: Dialect, group: str = "authors") -> str:
    """Write the definition of a table as YAML.

    :param group: whose members see it, until its author says otherwise.
    """
    alias = _table_alias(table)
    lines = [
        "# yaml-language-server: $schema=./definition.schema.json",
        f"title: {_yaml(build_label(table.name))}",
        "group: New",
        f"groups: {_yaml(group)}  # who sees it; without this line everybody",
        f"source: {source}",
        f"description: {_yaml(f'Written by guichet new from the table {table.sql_name}; edit it as you like.')}",
        *_list_left_out(table),
        "",
        *_sql(table, alias, dialect),
        "",
        *_block("criteria", list(_criteria(table, alias, dialect))),
        *_key(table.columns, alias, dialect),
    ]
    return "\n".join(lines) + "\n"


def id_of(table: str) -> str:
    """Make an interface's id of a table's name."""
    return re.sub(r"[^a-z0-9]+", "_", without_accents(table.casefold())).strip("_") or "table"


def _table_alias(table: SurveyedTable) -> str:
    """Abbreviate a table's name; where SQL would need quotes for that, another letter does."""
    short = id_of(table.name)[:4].strip("_")
    return short if TABLE_ALIAS.fullmatch(short) and not RESERVED.fullmatch(short) else f"t_{short}"


def _list_left_out(table: SurveyedTable) -> list[str]:
    if not table.left_out:
        return []
    return ["# Left out:", *(f"#   {_printable(name)}: {reason}" for name, reason in table.left_out)]


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _block(key: str, lines: Sequence[str]) -> list[str]:
    return [f"{key}:", *(f"  {line}" for line in lines)] if lines else [f"{key}: {{}}"]


def _key(columns: Sequence[SurveyedColumn], alias: str, dialect: Dialect) -> list[str]:
    """Name the primary key, by which programs page; not where a part of it is not shown, or has no order."""
    key = [column for column in columns if column.is_key]
    if not 0 < len(key) <= MOST_KEY_COLUMNS or not all(column.is_ordered for column in key):
        return []
    shown = dict(_select_columns(columns, alias, dialect))
    names = [_yaml(_unquote(shown[f"{alias}.{column.quoted}"])) for column in key]
    return ["", f"key: {names[0]}"] if len(names) == 1 else ["", "key:", *(f"  - {name}" for name in names)]


def _unquote(identifier: str) -> str:
    mark = identifier[:1]
    return identifier[1:-1].replace(mark * 2, mark) if mark in QUOTES else identifier


def _sql(table: SurveyedTable, alias: str, dialect: Dialect) -> list[str]:
    """Write the SELECT as a block; in quotes where a name has a character that no block can hold."""
    lines = list(_select_lines(table, alias, dialect))
    if all(line.isprintable() for line in lines):
        return ["sql: |", *(f"  {line}" for line in lines)]
    return [f"sql: {_write_text(chr(10).join(lines))}"]


def _select_lines(table: SurveyedTable, alias: str, dialect: Dialect) -> Iterator[str]:
    aliases = _lookup_aliases(table.columns, alias)
    selected = _select_columns(table.columns, alias, dialect)
    width = max((len(expression) for expression, _ in selected), default=0)
    for index, (expression, name) in enumerate(selected):
        start = "SELECT " if index == 0 else "       "
        end = "," if index < len(selected) - 1 else ""
        yield f"{start}{expression.ljust(width)} AS {name}{end}"
    yield f"FROM {_write_table(table.sql_name, alias)}"
    for column in table.columns:
        if column.lookup and column.is_lookup:
            lookup = aliases[column.name]
            named = _write_table(column.lookup.table, lookup)
            yield f"LEFT JOIN {named} ON {lookup}.{column.lookup.key} = {alias}.{column.quoted}"
    yield "WHERE {criteria}"


def _write_table(table: str, alias: str) -> str:
    return table if table == alias else f"{table} AS {alias}"


def _select_columns(columns: Sequence[SurveyedColumn], alias: str, dialect: Dialect) -> list[tuple[str, str]]:
    """Pair each expression with the name that it gets.

    A column of the key stays beside what it refers to; what is there to be searched in is only shown alone.
    """
    shown = [column for column in columns if not column.is_full_text] or columns
    aliases = _lookup_aliases(columns, alias)
    taken: set[str] = set()
    keys = [
        (f"{alias}.{column.quoted}", _free(column.quoted, taken)) for column in shown if column.is_key
    ]  # first, so that they have their own names
    own = dict(keys)
    selected = []
    for column in shown:
        expression = f"{alias}.{column.quoted}"
        if expression in own:
            selected.append((expression, own[expression]))
        elif not column.is_lookup:
            selected.append((expression, _free(column.quoted, taken)))
        if column.lookup and column.is_lookup:
            selected.append((column.lookup.label_sql(dialect, aliases[column.name]), _free(column.bare, taken)))
    return selected


def _lookup_aliases(columns: Sequence[SurveyedColumn], alias: str) -> dict[str, str]:
    """Name each joined lookup table after the column that refers to it."""
    taken = {alias}
    return {column.name: _free(column.bare, taken) for column in columns if column.is_lookup}


def _free(name: str, taken: set[str]) -> str:
    """Take a name that is free: itself, or numbered, inside its quotes where it has some."""
    stem, end = (name[:-1], name[-1]) if name[-1:] in QUOTES else (name, "")
    numbered = (f"{stem}_{number}{end}" for number in itertools.count(2))
    free = next(candidate for candidate in itertools.chain([name], numbered) if candidate not in taken)
    taken.add(free)
    return free


def _criteria(table: SurveyedTable, alias: str, dialect: Dialect) -> Iterator[str]:
    taken: set[str] = set()
    for column in table.columns:
        kind = _kind(column)
        if kind is None:
            continue
        base = _unquote(column.bare) if column.is_lookup else column.name
        name = _criterion_name(base, kind, taken)
        yield f"{_yaml(name)}:"
        label = build_label(" ".join(base.split()))
        if label and label != build_label(name):
            yield f"  label: {_yaml(label)}"
        expression = f"{alias}.{column.quoted}"
        yield from (f"  {line}" for line in _criterion(table, column, kind, name, expression, dialect))


def _criterion_name(base: str, kind: str, taken: set[str]) -> str:
    """Make a criterion's name; what it will be bound as must be free as well."""
    stem = re.sub(r"[^a-z0-9]+", "_", without_accents(base.casefold())).strip("_")
    stem = stem if CRITERION_NAME.fullmatch(stem) else f"c_{stem}".rstrip("_")
    for name in itertools.chain([stem], (f"{stem}_{number}" for number in itertools.count(2))):
        binds = {name, f"{name}_from", f"{name}_to"} if kind.endswith("_range") else {name}
        if not binds & taken:
            taken |= binds
            return name
    raise AssertionError("there is always a free number")


def _kind(column: SurveyedColumn) -> str | None:
    """Choose the type of the criterion that fits a column; None where none does."""
    few_rows = column.lookup is not None and column.lookup.rows is not None and column.lookup.rows <= FEW_VALUES
    if column.is_lookup or few_rows or column.is_enum or column.few_values:
        return "select"
    if not column.is_searchable:
        return None
    compared = column.compared_as.type if column.compared_as else column.type
    if compared in DATES:
        return "date_range"
    if compared == "boolean":
        return "boolean"
    if compared == "uuid" or (column.type in NUMBERS and (column.is_key or column.reference)):
        return "values"
    if compared in NUMBERS:
        return "number_range"
    return "text" if column.is_text or column.is_full_text else None


def _criterion(
    table: SurveyedTable, column: SurveyedColumn, kind: str, name: str, expression: str, dialect: Dialect
) -> list[str]:
    """Write what stands under a criterion's name."""
    if column.is_full_text:
        return ["type: text", f"where: {_yaml(dialect.full_text(expression, name))}"]
    if column.compared_as:
        expression = dialect.cast(expression, column.compared_as.type_name)
    lines = [f"type: {kind}", f"column: {_yaml(expression)}"]
    if kind == "text":
        return [*lines, f"match: {'exact' if column.is_exact else 'contains'}"]
    if kind == "select":
        lines.insert(1, "multiple: true")
        return [*lines, *_options(table, column, dialect)]
    return lines


def _options(table: SurveyedTable, column: SurveyedColumn, dialect: Dialect) -> list[str]:
    if column.is_enum and not column.lookup and not column.enum_sql:
        return ["options:", *(f"  - {_yaml(choice)}" for choice in column.choices)]
    return ["options:", f"  sql: {_yaml(_options_sql(table, column, dialect))}"]


def _options_sql(table: SurveyedTable, column: SurveyedColumn, dialect: Dialect) -> str:
    lookup = column.lookup
    if lookup and lookup.label:
        order = "value" if lookup.with_key else "label"
        return (
            f"SELECT {lookup.key} AS value, {lookup.label_sql(dialect)} AS label FROM {lookup.table} ORDER BY {order}"
        )
    if lookup:
        return f"SELECT {lookup.key} AS value FROM {lookup.table} ORDER BY value"
    if column.is_enum:
        return column.enum_sql
    return f"SELECT DISTINCT {column.quoted} AS value FROM {table.sql_name} ORDER BY value"


def _yaml(text: str) -> str:
    """Write a text as a YAML scalar, in quotes only where it would be read as something else without."""
    single = "'" + text.replace("'", "''") + "'"
    for written in (text, single) if text.isprintable() else ():
        try:
            if document.parse_document(f"text: {written}  # a comment").values == {"text": text}:
                return written
        except document.DocumentError:
            continue
    return _write_text(text)


def _write_text(text: str) -> str:
    """Write a text in double quotes."""
    return '"' + "".join(_escape(character) for character in text) + '"'


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "\n":
        return "\\n"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
