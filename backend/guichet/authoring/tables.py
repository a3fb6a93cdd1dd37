"""What a source has: its tables, their columns, and what some of their rows tell of these.

Nothing runs for long, and what can't be looked at (a slow view, a column without a grant) is merely not known.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from guichet import errors
from guichet.sources import columns as source_columns
from guichet.sources.postgresql import types
from guichet.sources.protocol import Source

CATALOGUE_SECONDS = 20
SAMPLE_SECONDS = 3

# A column has few values when it has so many at most, and each of them stands in several rows.
FEW_VALUES = 30
ROWS_PER_VALUE = 4
OPTION_LENGTH = 60

# Rows that are looked at, and columns of them.
SAMPLED_ROWS = 20_000
SAMPLED_COLUMNS = 200

# Columns that nobody should find by chance, by the words of their names; an author who wants one adds it.
SECRET_WORDS = re.compile(r"pwd|pass|salt|hash(ed)?|pin|cvv|cvc|t?otp|mfa|credentials?")
SECRET_PARTS = re.compile(
    r"passw|passwd|passphrase|kennwort|motdepasse|contrasena|secret|token|apikey|privatekey|accesskey"
)
# … and by their values: hashes of passwords, and what is as long and as random.
HASH_VALUES = r"^(\$([156]|2[abxy]|apr1|argon2\w*|pbkdf2\S*|scrypt)\$|\{(S?SHA|SSHA|CRYPT)|[0-9a-fA-F]{32,}$)"

FIRST_NAMES = ("first_name", "firstname", "given_name", "givenname", "forename", "vorname", "prenom", "nombre")
LAST_NAMES = ("last_name", "lastname", "family_name", "familyname", "surname", "nachname", "nom", "apellido")
# What rows are called by where it is unique.
TITLES = ("title", "label", "description", "titel", "titre", "bezeichnung", "libelle")


@dataclass(frozen=True)
class Relation:
    """A table or a view.

    :param sql_name: its name as SQL writes it, with quotes and schema where they are needed.
    :param rows: about how many; None where nobody knows.
    """

    oid: int
    schema: str
    name: str
    sql_name: str
    kind: str
    rows: float | None
    is_system: bool
    is_partition: bool
    is_readable: bool


@dataclass(frozen=True)
class Reference:
    """What a foreign key of one column refers to: a table, and its column, both quoted."""

    oid: int
    table: str
    key: str


@dataclass(frozen=True)
class Lookup:
    """The table that a foreign key refers to, and what its rows are called by.

    :param key: the column that is referred to, quoted.
    :param label: the columns that name a row, quoted; empty where none does.
    :param with_key: whether these need the key beside them to tell rows apart.
    :param rows: how many it has, up to `SAMPLED_ROWS`; None where that is not known.
    """

    table: str
    key: str
    label: tuple[str, ...] = ()
    with_key: bool = False
    rows: int | None = None

    def label_sql(self, alias: str = "") -> str:
        """Return the expression that names a row; NULL where there is no row."""
        dot = f"{alias}." if alias else ""
        named = [f"{dot}{one}" for one in self.label]
        text = named[0] if len(named) == 1 else f"concat_ws(' ', {', '.join(named)})"
        if self.with_key:
            return f"{dot}{self.key} || ' – ' || coalesce({text}, '')"
        return text if len(named) == 1 else f"nullif({text}, '')"


@dataclass(frozen=True)
class TableColumn:
    """One column of a table, as the catalogue has it; a domain stands as the type that it is made of.

    Of its names, `name` is as it is, the others are quoted where SQL needs it: `quoted`, and `bare` without `_id`.

    :param is_exact: whether its collation only compares whole texts.
    :param few_values: found out by looking at rows.
    """

    name: str
    quoted: str
    bare: str
    type: str
    type_oid: int = 0
    category: str = "S"
    is_enum: bool = False
    is_domain: bool = False
    is_exact: bool = False
    is_key: bool = False
    is_unique: bool = False
    reference: Reference | None = None
    lookup: Lookup | None = None
    few_values: bool = False

    @property
    def is_lookup(self) -> bool:
        """Whether it refers to a table whose rows have something to call them by."""
        return self.lookup is not None and bool(self.lookup.label)

    @property
    def is_text(self) -> bool:
        return self.category == "S" and not self.is_enum and self.type != '"char"'

    @property
    def is_ordered(self) -> bool:
        """Whether a key may have it."""
        kind = types.make_column(self.name, self.type_oid, {self.type_oid: self.category}).type
        return kind in source_columns.ORDERED


@dataclass(frozen=True)
class Table:
    """A table with the columns that a first definition shows.

    :param left_out: the names of the others, each with the reason.
    """

    name: str
    sql_name: str
    columns: Sequence[TableColumn]
    left_out: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Sample:
    """What some rows of a table tell of one column.

    :param rows: how many rows were looked at.
    """

    rows: int
    values: int
    different: int
    longest: int
    secrets: int

    @property
    def is_secret(self) -> bool:
        return self.values > 0 and self.secrets * 2 > self.values

    @property
    def has_few_values(self) -> bool:
        few = 1 < self.different <= FEW_VALUES and self.longest <= OPTION_LENGTH
        return few and self.values >= ROWS_PER_VALUE * self.different

    @property
    def is_unique(self) -> bool:
        return self.rows > 1 and self.rows == self.values == self.different and self.longest <= OPTION_LENGTH

    @property
    def has_repetitions(self) -> bool:
        return self.different < self.values or self.values < self.rows


def relations(source: Source) -> list[Relation]:
    """Return every table and view, the system's own last."""
    with source.session(CATALOGUE_SECONDS) as session:
        return [Relation(*row) for row in session.fetch(_query("tables"), {}).rows]


def find(known: Iterable[Relation], given: str, source: str) -> Relation:
    """Find the table that is meant by a name: as SQL has it, or as it is, with or without its schema.

    :raises NotFoundError: if there is none, or if it could be several; with the names that come near.
    """
    known = list(known)
    for fold in (str, str.casefold):
        meant = [one for one in known if fold(given) in {fold(name) for name in _names(one)}]
        visible = [one for one in meant if "." not in one.sql_name.replace(_quoted(one.name), "")]
        if len(meant) == 1 or len(visible) == 1:
            return (visible if len(visible) == 1 else meant)[0]
        if meant:
            names = ", ".join(f"`{one.sql_name}`" for one in meant)
            raise errors.NotFoundError(f"`{given}` could be {names} in source `{source}`: say which.")
    offered = {name: one.sql_name for one in known if not one.is_system for name in (one.name, one.sql_name)}
    near = dict.fromkeys(offered[name] for name in difflib.get_close_matches(given, offered, n=3, cutoff=0.5))
    meant_by = f" Did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""
    raise errors.NotFoundError(
        f"Source `{source}` has no table or view `{given}`.{meant_by} What there is: guichet tables --source {source}"
    )


def _names(one: Relation) -> set[str]:
    return {one.sql_name, one.name, f"{one.schema}.{one.name}", _quoted(one.name), f"{one.schema}.{_quoted(one.name)}"}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def read(source: Source, given: str) -> Table:
    """Read a table's columns, and what some of its rows tell of them.

    :param given: its name, as `find` takes it.
    :raises NotFoundError: if there is no such table or view, or nothing in it that could be shown.
    """
    relation = find(relations(source), given, source.name)
    columns, ungranted = _columns(source, relation.oid)
    left_out = [(name, "the role may not read it") for name in ungranted]
    samples = _sample(source, relation.sql_name, [one for one in columns if one.is_text])
    shown = []
    for column in columns:
        sample = samples.get(column.name)
        if looks_secret(column.name) or (sample and sample.is_secret):
            left_out.append((column.name, "it looks like a secret"))
        elif column.type == "bytea":
            left_out.append((column.name, "bytea"))
        else:
            shown.append(_with_data(source, relation, column, sample))
    if not shown:
        why = "; ".join(f"{name}: {reason}" for name, reason in left_out) or "it has no columns"
        raise errors.NotFoundError(f"`{relation.sql_name}` has no column that could be shown ({why}).")
    return Table(relation.name, relation.sql_name, shown, left_out)


def looks_secret(name: str) -> bool:
    """Tell whether a column of that name may hold a secret."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    plain = without_accents(words).casefold()
    found = re.split(r"[^a-z0-9]+", plain)
    return bool(any(map(SECRET_WORDS.fullmatch, found)) or SECRET_PARTS.search("".join(found)))


def without_accents(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def _columns(source: Source, oid: int) -> tuple[list[TableColumn], list[str]]:
    """Return the columns of a table that the role may read, and the names of the others."""
    with source.session(CATALOGUE_SECONDS) as session:
        rows = session.fetch(_query("catalogue"), {"oid": oid}).rows
    return [_column(row) for row in rows if row[-1]], [row[0] for row in rows if not row[-1]]


def _column(row: tuple[Any, ...]) -> TableColumn:
    *own, oid, table, key, _ = row
    return replace(TableColumn(*own), reference=Reference(oid, table, key) if oid and key else None)


def _with_data(source: Source, relation: Relation, column: TableColumn, sample: Sample | None) -> TableColumn:
    if column.reference:
        return replace(column, lookup=_lookup(source, column.reference))
    if not sample or not sample.has_few_values or column.is_key or column.is_unique:
        return column
    listed = f"SELECT DISTINCT {column.quoted} FROM {relation.sql_name} LIMIT {FEW_VALUES + 1}"
    values = _fetch(source, f"SELECT count(*) FROM ({listed}) AS listed")
    return replace(column, few_values=bool(values) and values[0][0] <= FEW_VALUES)


def _lookup(source: Source, reference: Reference) -> Lookup:
    """Find what the rows of a table are called by: a name, a first and a last name, a text that is unique.

    What does not tell all rows apart gets the key beside it.
    """
    columns, _ = _columns(source, reference.oid)
    texts = [one for one in columns if one.is_text and not one.reference and one.quoted != reference.key]
    samples = _sample(source, reference.table, texts)
    texts = [one for one in texts if not looks_secret(one.name) and not _is_secret(samples.get(one.name))]
    rows = next((one.rows for one in samples.values()), None)
    found = Lookup(reference.table, reference.key, rows=_count(source, reference.table) if rows is None else rows)
    first, last = _of_names(texts, FIRST_NAMES), _of_names(texts, LAST_NAMES)
    if first and last:
        together = _repeats(source, reference.table, (first.quoted, last.quoted))
        return replace(found, label=(first.quoted, last.quoted), with_key=together)
    best = min(texts, key=lambda one: _label_rank(one, samples.get(one.name), reference.table), default=None)
    if best is None:
        return found
    return replace(found, label=(best.quoted,), with_key=not _names_rows(best, samples.get(best.name)))


def _is_secret(sample: Sample | None) -> bool:
    return sample is not None and sample.is_secret


def _of_names(columns: Iterable[TableColumn], names: Sequence[str]) -> TableColumn | None:
    return next((one for one in columns if without_accents(one.name).casefold().replace(" ", "_") in names), None)


def _label_rank(column: TableColumn, sample: Sample | None, table: str) -> tuple[int, bool]:
    """Rank what could name a row, best first."""
    words = _words(column.name)
    stem = _words(table)[-1:]
    tells = _names_rows(column, sample)
    if words == ["name"]:
        rank = 0
    elif words[-1:] == ["name"] and words[:1] == [one.removesuffix("s") for one in stem]:
        rank = 1
    elif words[-1:] == ["name"] and len(words) > 1 and words[0] not in ("first", "middle", "last", "contact"):
        rank = 2
    elif words and words[-1] in TITLES:
        rank = 3
    else:
        rank = 4
    return rank if tells else rank + 5, bool(sample and sample.longest > OPTION_LENGTH)


def _words(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.rsplit(".", 1)[-1].strip('"'))
    found = [one for one in re.split(r"[^a-z0-9]+", without_accents(spaced).casefold()) if one]
    if len(found) == 1 and found[0].endswith("name") and found[0] != "name":
        return [found[0].removesuffix("name"), "name"]
    return found


def _names_rows(column: TableColumn, sample: Sample | None) -> bool:
    """Tell whether a text tells the rows of its table apart: by its index, by its rows, or for a name with none yet."""
    if column.is_unique or (sample is not None and sample.is_unique):
        return True
    is_empty = sample is not None and sample.rows <= 1 and not sample.has_repetitions
    return is_empty and _words(column.name)[-1:] == ["name"]


def _sample(source: Source, table: str, columns: Sequence[TableColumn]) -> dict[str, Sample]:
    """Look at some rows of a table; what can't be looked at in time is left out."""
    columns = columns[:SAMPLED_COLUMNS]
    if not columns:
        return {}
    wanted = ", ".join(
        f"count({name}), count(DISTINCT left({name}::text, 1000)), coalesce(max(length({name}::text)), 0),"
        f" count(*) FILTER (WHERE {name}::text ~ '{HASH_VALUES}')"
        for name in (one.quoted for one in columns)
    )
    listed = ", ".join(one.quoted for one in columns)
    rows = _fetch(
        source, f"SELECT count(*), {wanted} FROM (SELECT {listed} FROM {table} LIMIT {SAMPLED_ROWS}) AS sampled"
    )
    if not rows:
        return {}
    count, *told = rows[0]
    return {one.name: Sample(count, *told[4 * at : 4 * at + 4]) for at, one in enumerate(columns)}


def _repeats(source: Source, table: str, columns: Sequence[str]) -> bool:
    """Tell whether several rows may have the same values in some columns."""
    listed = f"SELECT {', '.join(columns)} FROM {table} LIMIT {SAMPLED_ROWS}"
    rows = _fetch(source, f"SELECT count(*) = count(DISTINCT sampled) FROM ({listed}) AS sampled")
    return not (rows and rows[0][0])


def _count(source: Source, table: str) -> int | None:
    rows = _fetch(source, f"SELECT count(*) FROM (SELECT FROM {table} LIMIT {SAMPLED_ROWS}) AS sampled")
    return int(rows[0][0]) if rows else None


def _fetch(source: Source, sql: str) -> list[tuple[Any, ...]]:
    """Run a query over an author's table; nothing comes of one that is too slow or not allowed."""
    try:
        with source.session(SAMPLE_SECONDS) as session:
            return session.fetch(sql.replace("%", "%%"), {}).rows
    except errors.SourceUnavailableError:
        raise
    except errors.SourceError:
        return []


def _query(name: str) -> str:
    return resources.files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
