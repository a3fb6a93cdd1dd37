"""What a source has: its tables, their columns, and what some of their rows tell of these.

Nothing runs for long, and what can't be looked at (a slow view, a column without a grant) is merely not known.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from guichet import errors
from guichet.sources import catalogue
from guichet.sources.catalogue import Catalogue, Reference, Relation
from guichet.sources.protocol import Source
from guichet.sql.dialect import Dialect

SAMPLE_SECONDS = 3

# A column has few values when it has so many at most, and each of them stands in several rows.
FEW_VALUES = 30
ROWS_PER_VALUE = 4
OPTION_LENGTH = 60

# Marks around names that SQL would read otherwise.
QUOTES = ('"', "`")

# Rows that are looked at, and columns of them.
SAMPLED_ROWS = 20_000
SAMPLED_COLUMNS = 200

# Columns that nobody should find by chance, by the words of their names; an author who wants one adds it.
SECRET_WORDS = re.compile(r"pwd|pw|pswd|passcode|passkey|digest|pass|salt|hash(ed)?|pin|cvv|cvc|t?otp|mfa|credentials?")
SECRET_PARTS = re.compile(
    r"passw|passwd|passphrase|kennwort|motdepasse|contrasena|secret|token|apikey|privatekey|accesskey"
)
# … and by their values: hashes of passwords, and what is as long and as random.
HASH_VALUES = r"^(\$([156]|2[abxy]|apr1|argon2\w*|pbkdf2\S*|scrypt)\$|\{(S?SHA|SSHA|CRYPT)|[0-9a-fA-F]{32,}$)"

FIRST_NAMES = (
    *("first_name", "firstname", "given_name", "givenname", "forename", "fname", "vorname", "prenom", "prenoms"),
    *("nombre", "nombres"),
)
LAST_NAMES = (
    *("last_name", "lastname", "family_name", "familyname", "surname", "lname", "nachname", "familienname", "nom"),
    *("nom_de_famille", "apellido", "apellidos", "apellido_paterno", "primer_apellido"),
)
# What rows are called by where it is unique.
TITLES = ("title", "label", "description", "titel", "titre", "bezeichnung", "libelle")


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

    def label_sql(self, dialect: Dialect, alias: str = "") -> str:
        """Return the expression that names a row; NULL where there is no row."""
        dot = f"{alias}." if alias else ""
        key = f"{dot}{self.key}" if self.with_key else None
        return dialect.label([f"{dot}{column}" for column in self.label], key)


@dataclass(frozen=True)
class SurveyedColumn(catalogue.TableColumn):
    """One column of a table, with what its rows tell.

    :param few_values: found out by looking at rows.
    """

    lookup: Lookup | None = None
    few_values: bool = False

    @property
    def is_lookup(self) -> bool:
        """Whether it refers to a table whose rows have something to call them by."""
        return self.lookup is not None and bool(self.lookup.label)


@dataclass(frozen=True)
class SurveyedTable:
    """A table with the columns that a first definition shows.

    :param left_out: the names of the others, each with the reason.
    """

    name: str
    sql_name: str
    columns: Sequence[SurveyedColumn]
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
    """Return every table and view, the system's own last.

    :raises NotFoundError: if the database does not tell its tables.
    """
    return _catalogue(source).tables()


def _catalogue(source: Source) -> Catalogue:
    if source.catalogue is None:
        raise errors.NotFoundError(
            f"The database of source `{source.name}` does not tell its tables. Write the definition by hand:"
            " docs/definitions has examples."
        )
    return source.catalogue


def find(known: Iterable[Relation], wanted: str, source: str) -> Relation:
    """Find the table that is meant by a name: as SQL has it, or as it is, with or without its schema.

    :raises NotFoundError: if there is none, or if it could be several; with the names that come near.
    """
    known = list(known)
    for fold in (str, str.casefold):
        meant = [relation for relation in known if fold(wanted) in {fold(name) for name in _names(relation)}]
        visible = [relation for relation in meant if _stands_alone(relation)]
        if len(meant) == 1 or len(visible) == 1:
            return (visible if len(visible) == 1 else meant)[0]
        if meant:
            names = ", ".join(f"`{relation.sql_name}`" for relation in meant)
            raise errors.NotFoundError(f"`{wanted}` could be {names} in source `{source}`: say which.")
    offered = {
        name: relation.sql_name
        for relation in known
        if not relation.is_system
        for name in (relation.name, relation.sql_name)
    }
    near = dict.fromkeys(offered[name] for name in difflib.get_close_matches(wanted, offered, n=3, cutoff=0.5))
    meant_by = f" Did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""
    raise errors.NotFoundError(
        f"Source `{source}` has no table or view `{wanted}`.{meant_by} What there is: guichet tables --source {source}"
    )


def _names(relation: Relation) -> set[str]:
    spelt = {relation.name, *(_quote(relation.name, mark) for mark in QUOTES)}
    return {relation.sql_name, *spelt, *(f"{relation.schema}.{name}" for name in spelt)}


def _stands_alone(relation: Relation) -> bool:
    """Tell whether SQL writes a table's name without a schema."""
    return relation.sql_name in (relation.name, *(_quote(relation.name, mark) for mark in QUOTES))


def _quote(name: str, mark: str) -> str:
    return mark + name.replace(mark, mark * 2) + mark


def read(source: Source, dialect: Dialect, wanted: str) -> SurveyedTable:
    """Read a table's columns, and what some of its rows tell of them.

    :param wanted: its name, as `find` takes it.
    :raises NotFoundError: if there is no such table or view, or nothing in it that could be shown.
    """
    relation = find(relations(source), wanted, source.name)
    rows = TableRows(source, dialect)
    columns, ungranted = _catalogue(source).columns(relation.id)
    left_out = [(name, "the role may not read it") for name in ungranted]
    samples = rows.sample(relation.sql_name, [column for column in columns if column.is_text])
    shown = []
    for column in columns:
        sample = samples.get(column.name)
        if looks_secret(column.name) or (sample and sample.is_secret):
            left_out.append((column.name, "it looks like a secret"))
        elif column.type == "bytes":
            left_out.append((column.name, column.type_name))
        else:
            shown.append(_with_data(rows, relation, column, sample))
    if not shown:
        why = "; ".join(f"{name}: {reason}" for name, reason in left_out) or "it has no columns"
        raise errors.NotFoundError(f"`{relation.sql_name}` has no column that could be shown ({why}).")
    return SurveyedTable(relation.name, relation.sql_name, shown, left_out)


def looks_secret(name: str) -> bool:
    """Tell whether a column of that name may hold a secret."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    plain = without_accents(words).casefold()
    parts = re.split(r"[^a-z0-9]+", plain)
    return bool(any(map(SECRET_WORDS.fullmatch, parts)) or SECRET_PARTS.search("".join(parts)))


def without_accents(text: str) -> str:
    """Return a text with its letters bare of accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _with_data(
    rows: TableRows, relation: Relation, known: catalogue.TableColumn, sample: Sample | None
) -> SurveyedColumn:
    column = SurveyedColumn(**{field.name: getattr(known, field.name) for field in fields(known)})
    if column.reference:
        return replace(column, lookup=_lookup(rows, column.reference))
    if not sample or not sample.has_few_values or column.is_key or column.is_unique:
        return column
    return replace(column, few_values=rows.has_few_values(relation.sql_name, column.quoted))


def _lookup(rows: TableRows, reference: Reference) -> Lookup:
    """Find what the rows of a table are called by: a name, a first and a last name, a text that is unique.

    What does not tell all rows apart gets the key beside it.
    """
    columns, _ = _catalogue(rows.source).columns(reference.id)
    texts = [text for text in columns if text.is_text and not text.reference and text.quoted != reference.key]
    samples = rows.sample(reference.table, texts)
    texts = [text for text in texts if not looks_secret(text.name) and not _is_secret(samples.get(text.name))]
    known = next((sample.rows for sample in samples.values()), None)
    lookup = Lookup(reference.table, reference.key, rows=rows.count(reference.table) if known is None else known)
    first, last = _of_names(texts, FIRST_NAMES), _of_names(texts, LAST_NAMES) or _of_names(texts, ("name",))
    if first and last:
        together = rows.repeat(reference.table, (first.quoted, last.quoted))
        return replace(lookup, label=(first.quoted, last.quoted), with_key=together)
    best = min(texts, key=lambda text: _label_rank(text, samples.get(text.name), reference.table), default=None)
    if best is None:
        return lookup
    return replace(lookup, label=(best.quoted,), with_key=not _names_rows(best, samples.get(best.name)))


def _is_secret(sample: Sample | None) -> bool:
    return sample is not None and sample.is_secret


def _of_names(columns: Iterable[catalogue.TableColumn], names: Sequence[str]) -> catalogue.TableColumn | None:
    return next(
        (column for column in columns if without_accents(column.name).casefold().replace(" ", "_") in names), None
    )


def _label_rank(column: catalogue.TableColumn, sample: Sample | None, table: str) -> tuple[int, bool]:
    """Rank what could name a row, best first."""
    words = _words(column.name)
    stem = _words(table)[-1:]
    tells = _names_rows(column, sample)
    if words == ["name"]:
        rank = 0
    elif words[-1:] == ["name"] and words[:1] == [word.removesuffix("s") for word in stem]:
        rank = 1
    elif words[-1:] == ["name"] and len(words) > 1 and words[0] not in ("first", "middle", "last", "contact"):
        rank = 2
    elif words and words[-1] in TITLES:
        rank = 3
    else:
        rank = 4
    return rank if tells else rank + 5, bool(sample and sample.longest > OPTION_LENGTH)


def _words(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.rsplit(".", 1)[-1].strip("".join(QUOTES)))
    words = [word for word in re.split(r"[^a-z0-9]+", without_accents(spaced).casefold()) if word]
    if len(words) == 1 and words[0].endswith("name") and words[0] != "name":
        return [words[0].removesuffix("name"), "name"]
    return words


def _names_rows(column: catalogue.TableColumn, sample: Sample | None) -> bool:
    """Tell whether a text tells the rows of its table apart: by its index, by its rows, or for a name with none yet."""
    if column.is_unique or (sample is not None and sample.is_unique):
        return True
    is_empty = sample is not None and sample.rows <= 1 and not sample.has_repetitions
    return is_empty and _words(column.name)[-1:] == ["name"]


@dataclass(frozen=True)
class TableRows:
    """A look at some rows of an author's tables; what is too slow or not allowed tells nothing."""

    source: Source
    dialect: Dialect

    def sample(self, table: str, columns: Sequence[catalogue.TableColumn]) -> dict[str, Sample]:
        """Look at some values of columns."""
        columns = columns[:SAMPLED_COLUMNS]
        if not columns:
            return {}
        quoted = [column.quoted for column in columns]
        rows = self._fetch(self.dialect.sample(table, quoted, SAMPLED_ROWS, HASH_VALUES))
        if not rows:
            return {}
        count, *told = rows[0]
        return {column.name: Sample(count, *told[4 * index : 4 * index + 4]) for index, column in enumerate(columns)}

    def repeat(self, table: str, columns: Sequence[str]) -> bool:
        """Tell whether several rows may have the same values in some columns."""
        rows = self._fetch(self.dialect.sample_together(table, columns, SAMPLED_ROWS))
        return not rows or rows[0][0] != rows[0][1]

    def has_few_values(self, table: str, column: str) -> bool:
        """Tell whether a column has few different values, of all of its rows."""
        listed = f"SELECT DISTINCT {column} FROM {table} LIMIT {FEW_VALUES + 1}"
        rows = self._fetch(f"SELECT count(*) FROM ({listed}) AS listed")
        return bool(rows) and rows[0][0] <= FEW_VALUES

    def count(self, table: str) -> int | None:
        """Count the rows of a table, up to `SAMPLED_ROWS`."""
        rows = self._fetch(f"SELECT count(*) FROM (SELECT 1 AS one FROM {table} LIMIT {SAMPLED_ROWS}) AS sampled")
        return int(rows[0][0]) if rows else None

    def _fetch(self, sql: str) -> list[tuple[Any, ...]]:
        if not self.source.capabilities.time_limit:  # nobody knows how long it would take
            return []
        try:
            with self.source.session(SAMPLE_SECONDS) as session:
                return session.fetch(sql.replace("%", "%%"), {}).rows
        except errors.SourceUnavailableError:
            raise
        except errors.SourceError:
            return []
