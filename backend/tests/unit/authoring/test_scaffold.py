"""A table's columns become a first definition, as a person would have written it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guichet.authoring import scaffold, tables
from guichet.authoring.tables import Lookup, SurveyedColumn, SurveyedTable
from guichet.interfaces.document import parse_document
from guichet.interfaces.interface import Interface
from guichet.sources.catalogue import Cast, Reference
from guichet.sources.columns import Type
from guichet.sources.mariadb.reserved_words import RESERVED_WORDS
from guichet.sql.postgresql.dialect import POSTGRESQL
from tests.unit.definitions import load

COUNTRY = Lookup("country", "id", ("name",), rows=249)


def column(name: str, type_: Type = "text", type_name: str = "", **more: Any) -> SurveyedColumn:
    """Makes a column as the catalogue would, for a name that may need quotes."""
    bare = name.removesuffix("_id") or name
    if lookup := more.get("lookup"):
        more["reference"] = Reference(1, lookup.table, lookup.key)
    return SurveyedColumn(name, quoted(name), quoted(bare), type_name or type_, type_, **more)


def full_text() -> SurveyedColumn:
    return column("fulltext", "other", "tsvector", is_full_text=True)


MOOD = "SELECT unnest(enum_range(NULL::mpaa_rating)) AS value"


def quoted(name: str) -> str:
    """PostgreSQL's quote_ident, but for its keywords."""
    plain = (
        name and name.isascii() and name.replace("_", "a").isalnum() and name == name.lower() and not name[0].isdigit()
    )
    return name if plain else '"' + name.replace('"', '""') + '"'


def written(*columns: SurveyedColumn, table: str = "company") -> Interface:
    """Writes a definition and loads it: what is written must always load."""
    text = scaffold.write("crm", SurveyedTable(table, quoted(table), columns), POSTGRESQL)
    loaded = load(text)
    assert isinstance(loaded, Interface), text + "\n".join(map(str, loaded.problems))
    return loaded


def criterion(one: SurveyedColumn) -> dict[str, Any] | None:
    """Returns the one criterion that is written for a column, as it stands in the file."""
    table = SurveyedTable("company", "company", [one, column("body", "json")])
    criteria = parse_document(scaffold.write("crm", table, POSTGRESQL)).values.get("criteria")
    return next(iter(criteria.values())) if criteria else None


def test_it_writes_a_file_as_a_person_would() -> None:
    columns = [
        column("id", "integer", is_key=True),
        column("name"),
        column("country_id", "integer", lookup=COUNTRY),
        column("created_on", "date"),
    ]

    assert scaffold.write("crm", SurveyedTable("company", "company", columns, [("picture", "bytea")]), POSTGRESQL) == (
        "# yaml-language-server: $schema=./definition.schema.json\n"
        "title: Company\n"
        "group: New\n"
        "groups: authors  # who sees it; without this line everybody\n"
        "source: crm\n"
        "description: Written by guichet new from the table company; edit it as you like.\n"
        "# Left out:\n"
        "#   picture: bytea\n"
        "\n"
        "sql: |\n"
        "  SELECT comp.id         AS id,\n"
        "         comp.name       AS name,\n"
        "         country.name    AS country,\n"
        "         comp.created_on AS created_on\n"
        "  FROM company AS comp\n"
        "  LEFT JOIN country ON country.id = comp.country_id\n"
        "  WHERE {criteria}\n"
        "\n"
        "criteria:\n"
        "  id:\n"
        "    type: values\n"
        "    column: comp.id\n"
        "  name:\n"
        "    type: text\n"
        "    column: comp.name\n"
        "    match: contains\n"
        "  country:\n"
        "    type: select\n"
        "    multiple: true\n"
        "    column: comp.country_id\n"
        "    options:\n"
        "      sql: SELECT id AS value, name AS label FROM country ORDER BY label\n"
        "  created_on:\n"
        "    type: date_range\n"
        "    column: comp.created_on\n"
        "\n"
        "key: id\n"
    )


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ([column("id", is_key=True)], ["id"]),
        ([column("no", "integer", is_key=True), column("line", "integer", is_key=True)], ["no", "line"]),
        ([column("Odd: name", is_key=True)], ["Odd: name"]),
        ([column("id")], None),
        (
            [column("country_id", "integer", lookup=COUNTRY, is_key=True), column("no", is_key=True)],
            ["country_id", "no"],
        ),
        (
            [column("country", "integer", lookup=COUNTRY, is_key=True), column("no", is_key=True)],
            ["country", "no"],
        ),
        ([column("doc", "json", is_key=True)], None),
    ],
)
def test_the_primary_key_becomes_the_key_where_it_is_shown(
    columns: list[SurveyedColumn], key: list[str] | None
) -> None:
    assert written(*columns).definition.key == key


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (column("name"), "text"),
        (column("name", "text", "character varying"), "text"),
        (column("size", "integer"), "number_range"),
        (column("price", "decimal"), "number_range"),
        (column("price", "other", "money", compared_as=Cast("numeric", "decimal")), "number_range"),
        (column("kind", "other", "regclass"), None),
        (column("letter", "text", '"char"', is_searchable=False), None),
        (column("number", "integer", "oid", is_searchable=False), None),
        (column("day", "date"), "date_range"),
        (column("at", "timestamp"), "date_range"),
        (column("at", "timestamptz"), "date_range"),
        (column("active", "boolean"), "boolean"),
        (column("id", "integer", is_key=True), "values"),
        (column("id", "uuid"), "values"),
        (column("code", is_key=True), "text"),
        (column("country_id", "integer", lookup=COUNTRY), "select"),
        (column("stock_id", "integer", lookup=Lookup("stock", "id", rows=4581)), "values"),
        (column("store_id", "integer", lookup=Lookup("store", "id", rows=2)), "select"),
        (column("stock_id", "integer", lookup=Lookup("stock", "id")), "values"),
        (column("rating", "text", "mpaa_rating", is_enum=True, enum_sql=MOOD), "select"),
        (column("kind", few_values=True), "select"),
        (full_text(), "text"),
        (column("data", "json"), None),
        (column("tags", "array", "text[]"), None),
        (column("at", "time"), None),
        (column("shape", "other", "point"), None),
    ],
    ids=lambda value: value.name + " " + value.type_name if isinstance(value, SurveyedColumn) else "",
)
def test_it_chooses_the_criterion_that_fits_the_column(one: SurveyedColumn, kind: str | None) -> None:
    found = criterion(one)

    assert (found["type"] if found else None) == kind


@pytest.mark.parametrize(
    ("one", "sql"),
    [
        (column("country_id", lookup=COUNTRY), "SELECT id AS value, name AS label FROM country ORDER BY label"),
        (
            column("store_id", lookup=Lookup("store", "id", rows=2)),
            "SELECT id AS value FROM store ORDER BY value",
        ),
        (
            column("film_id", lookup=Lookup("film", "id", ("title",), with_key=True)),
            "SELECT id AS value, id || ' – ' || coalesce(title, '') AS label FROM film ORDER BY value",
        ),
        (
            column("clerk_id", lookup=Lookup("clerk", "id", ("first", "last"))),
            "SELECT id AS value, nullif(concat_ws(' ', first, last), '') AS label FROM clerk ORDER BY label",
        ),
        (column("rating", "text", "mpaa_rating", is_enum=True, enum_sql=MOOD), MOOD),
        (column("kind", few_values=True), "SELECT DISTINCT kind AS value FROM company ORDER BY value"),
        (column("Kind's", few_values=True), 'SELECT DISTINCT "Kind\'s" AS value FROM company ORDER BY value'),
    ],
    ids=lambda value: value.name if isinstance(value, SurveyedColumn) else "",
)
def test_it_writes_the_options_of_a_select(one: SurveyedColumn, sql: str) -> None:
    found = criterion(one)

    assert found
    assert found["options"]["sql"] == sql


def test_the_values_of_a_type_are_written_where_no_sql_lists_them() -> None:
    found = criterion(column("mood", "text", "enum", is_enum=True, choices=("good", "no: bad")))

    assert found
    assert found["options"] == ["good", "no: bad"]


def test_names_in_any_quotes_are_numbered_and_unquoted() -> None:
    own = SurveyedColumn("a b", "`a b`", "`a b`", "int", "integer", is_key=True)
    referring = SurveyedColumn("a b_id", "`a b_id`", "`a b`", "int", "integer", lookup=COUNTRY)

    text = scaffold.write("crm", SurveyedTable("company", "company", [own, referring]), POSTGRESQL)

    assert "AS `a b_2`" in text
    assert parse_document(text).values["key"] == "a b"


def test_it_searches_full_text_rather_than_showing_it() -> None:
    made = written(column("name"), full_text())

    where = made.definition.criteria["fulltext"].where

    assert where == "comp.fulltext @@ websearch_to_tsquery(:fulltext)"
    assert "fulltext" not in made.definition.sql


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param([column("body", "json")], id="no column that a criterion fits"),
        pytest.param([full_text()], id="nothing to show"),
        pytest.param([column("a"), column("A")], id="names that differ in capitals"),
        pytest.param([column("a"), column("a_2"), column("A")], id="a name that was made is taken"),
        pytest.param([column("ship", "date"), column("ship_to")], id="a name of a range's end"),
        pytest.param([column("größe"), column("100%"), column("a:b"), column('say "x"')], id="odd characters"),
        pytest.param([column("{criteria}"), column("{name}")], id="braces"),
        pytest.param([column("_"), column("__"), column("日本")], id="nothing of a name left"),
        pytest.param([column("two\nlines"), column("two\rlines"), column("\x85\u2028\x7f")], id="line breaks"),
        pytest.param([column("order"), column("select"), column("null")], id="words of SQL and YAML"),
        pytest.param([column("name"), column("name_of")], id="nothing odd"),
    ],
)
def test_what_it_writes_loads(columns: list[SurveyedColumn]) -> None:
    written(*columns)


@pytest.mark.parametrize(
    ("table", "title"),
    [
        ("company", "Company"),
        ("order_line", "Order line"),
        ("Odd: name", "Odd: name"),
        ("a #b", "A #b"),
        ("true", "True"),
        ("2026", "2026"),
        ("日本", "日本"),
        ("two\nlines", "Two\nlines"),
    ],
)
def test_what_it_writes_of_any_table_loads(table: str, title: str) -> None:
    assert written(column("name"), table=table).definition.title == title


def test_it_joins_each_lookup_table_under_a_name_of_its_own() -> None:
    made = written(
        column("country", lookup=COUNTRY),
        column("region", lookup=Lookup("region", "id", ("name",))),
        column("comp_id", lookup=Lookup("company", "id", ("name",))),
        column("home_country_id", lookup=COUNTRY),
    )

    joined = [line for line in made.definition.sql.splitlines() if line.startswith("LEFT JOIN")]
    aliases = [line.split(" ON ")[0].split()[-1] for line in joined]

    assert len(joined) == 4
    assert sorted(set(aliases)) == sorted(aliases)
    assert "comp" not in aliases


NAMES = st.text(alphabet=st.sampled_from("ab_A1é\"' %:{}#\n\\😀"), min_size=1, max_size=6)
KINDS = st.sampled_from(["text", "date", "integer", "boolean", "json", "uuid"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, KINDS, st.booleans()), min_size=1, max_size=6, unique_by=lambda drawn: drawn[0]))
def test_what_it_writes_of_any_columns_loads(drawn: list[tuple[str, Type, bool]]) -> None:
    written(*(column(name, kind, few_values=few and kind == "text", is_key=few) for name, kind, few in drawn))


@pytest.mark.parametrize(
    ("table", "made"),
    [
        ("company", "company"),
        ("Order Line", "order_line"),
        ("Größe", "grosse"),
        ("../etc/passwd", "etc_passwd"),
        ("日本", "table"),
        ("2026", "2026"),
    ],
)
def test_it_makes_an_id_of_a_tables_name(table: str, made: str) -> None:
    assert scaffold.id_of(table) == made


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        *((name, True) for name in ("password", "passwordHash", "pwd", "user_pass", "Kennwort", "mot_de_passe")),
        *((name, True) for name in ("contraseña", "api_key", "apiKey", "reset_token", "salt", "pin", "pw_hash")),
        *((name, True) for name in ("remember_digest", "db_pw", "Passcode")),
        *((name, False) for name in ("hashtag", "basalt", "shipping", "passage", "company", "spinning", "opinion")),
    ],
)
def test_it_knows_secrets_by_their_names(name: str, secret: bool) -> None:
    assert tables.looks_secret(name) == secret


def test_no_alias_is_a_word_of_some_kinds_sql() -> None:
    with duckdb.connect() as lake, closing(sqlite3.connect(":memory:")) as file:
        words = {word for (word,) in lake.sql("SELECT keyword_name FROM duckdb_keywords()").fetchall()} | RESERVED_WORDS

        def is_alias(word: str) -> bool:
            sql = f"SELECT {word}.n FROM (SELECT 1 AS n) AS {word}"
            try:
                lake.execute(sql)
                file.execute(sql)
            except (duckdb.Error, sqlite3.Error):
                return False
            return word not in RESERVED_WORDS

        short = {word for word in words if len(word) <= 4 and not is_alias(word)}

    assert "key" in short
    assert [word for word in sorted(short) if not scaffold.RESERVED.fullmatch(word)] == []
