"""An interface and criteria become one statement; what users filled in stands in its parameters alone."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guichet.criteria_types.operands import InputLimits, Range
from guichet.interfaces.interface import Interface
from guichet.search import compose, criteria
from guichet.search.criteria import Filled
from guichet.sources.columns import TYPES, Column
from guichet.sql.postgresql import quoting, wrapping
from guichet.sql.postgresql.dialect import POSTGRESQL
from guichet.sql.statement import Sort, Statement
from tests.unit.definitions import GOOD, interface, load_file

START = "SELECT * FROM t WHERE "
LIMITS = InputLimits(text=100_000, values=100_000, today=date(2026, 11, 21))
COUNTRY = "{type: select, multiple: true, column: country_id, options: {sql: SELECT 1}}"
KIND = "{type: select, column: kind, options: {sql: SELECT 1}}"


def searched(form: Interface, given: dict[str, Any]) -> Statement:
    return compose.search(form, criteria.read(form, given, LIMITS))


def condition(definition: str, raw: Any) -> tuple[str, dict[str, Any]]:
    """Composes the condition of one criterion `c`; returns it with its parameters."""
    statement = searched(interface(f"c: {definition}"), {"c": raw})
    assert statement.sql.startswith(START)
    return statement.sql.removeprefix(START), dict(statement.parameters)


@pytest.mark.parametrize(
    ("definition", "raw", "sql", "parameters"),
    [
        # text
        ("{type: text, column: name}", "labs", "name ILIKE %(c:pattern)s", {"c": "labs", "c:pattern": "%labs%"}),
        (
            "{type: text, match: prefix, column: name}",
            "labs",
            "name ILIKE %(c:pattern)s",
            {"c": "labs", "c:pattern": "labs%"},
        ),
        ("{type: text, match: exact, column: name}", "labs", "name = %(c)s", {"c": "labs"}),
        ("{type: text, match: exact, column: name}", {"not": "x"}, "name IS DISTINCT FROM %(c)s", {"c": "x"}),
        (
            "{type: text, column: name}",
            {"not": "labs"},
            "(name ILIKE %(c:pattern)s) IS NOT TRUE",
            {"c": "labs", "c:pattern": "%labs%"},
        ),
        (
            "{type: text, column: name}",
            "100%_\\'\"{}:c%(c)s",
            "name ILIKE %(c:pattern)s",
            {"c": "100%_\\'\"{}:c%(c)s", "c:pattern": "%100\\%\\_\\\\'\"{}:c\\%(c)s%"},
        ),
        # number
        ("{type: number, column: size}", 5, "size = %(c)s", {"c": 5}),
        ("{type: number, column: size}", {"not": 5}, "size IS DISTINCT FROM %(c)s", {"c": 5}),
        (
            "{type: number_range, column: size}",
            {"from": 1, "to": 9},
            "size >= %(c_from)s AND size <= %(c_to)s",
            {"c_from": 1, "c_to": 9},
        ),
        ("{type: number_range, column: size}", {"from": 1}, "size >= %(c_from)s", {"c_from": 1, "c_to": None}),
        ("{type: number_range, column: size}", {"to": 9}, "size <= %(c_to)s", {"c_from": None, "c_to": 9}),
        ("{type: number_range, column: size}", {"from": 0}, "size >= %(c_from)s", {"c_from": 0, "c_to": None}),
        (
            "{type: number_range, column: size}",
            {"not": {"from": 1, "to": 9}},
            "(size >= %(c_from)s AND size <= %(c_to)s) IS NOT TRUE",
            {"c_from": 1, "c_to": 9},
        ),
        (
            "{type: number_range, column: size}",
            {"not": {"to": 9}},
            "(size <= %(c_to)s) IS NOT TRUE",
            {"c_from": None, "c_to": 9},
        ),
        # date
        (
            "{type: date, column: day}",
            "2026-01-31",
            "day >= %(c)s AND day < (%(c)s::date + 1)",
            {"c": "2026-01-31"},
        ),
        (
            "{type: date, column: day}",
            {"not": "2026-01-31"},
            "(day >= %(c)s AND day < (%(c)s::date + 1)) IS NOT TRUE",
            {"c": "2026-01-31"},
        ),
        (
            "{type: date_range, column: day}",
            {"from": "2026-01-01", "to": "2026-01-31"},
            "day >= %(c_from)s AND day < (%(c_to)s::date + 1)",
            {"c_from": "2026-01-01", "c_to": "2026-01-31"},
        ),
        (
            "{type: date_range, column: day}",
            {"from": "2026-01-01"},
            "day >= %(c_from)s",
            {"c_from": "2026-01-01", "c_to": None},
        ),
        (
            "{type: date_range, column: day}",
            {"not": {"to": "2026-01-31"}},
            "(day < (%(c_to)s::date + 1)) IS NOT TRUE",
            {"c_from": None, "c_to": "2026-01-31"},
        ),
        # select
        (KIND, 5, "kind = %(c)s", {"c": "5"}),
        (KIND, "ltd", "kind = %(c)s", {"c": "ltd"}),
        (KIND, True, "kind = %(c)s", {"c": "true"}),
        (KIND, {"not": "ltd"}, "kind IS DISTINCT FROM %(c)s", {"c": "ltd"}),
        (COUNTRY, [33, 49], "country_id = ANY(%(c)s)", {"c": '{"33","49"}'}),
        (COUNTRY, 33, "country_id = ANY(%(c)s)", {"c": '{"33"}'}),
        (COUNTRY, [False], "country_id = ANY(%(c)s)", {"c": '{"false"}'}),
        (COUNTRY, {"not": [33]}, "(country_id = ANY(%(c)s)) IS NOT TRUE", {"c": '{"33"}'}),
        # boolean
        ("{type: boolean, column: active}", True, "active = %(c)s", {"c": True}),
        ("{type: boolean, column: active}", False, "active = %(c)s", {"c": False}),
        ("{type: boolean, column: active}", {"not": True}, "active IS DISTINCT FROM %(c)s", {"c": True}),
        # values
        ("{type: values, column: domain}", ["a", "b"], "domain = ANY(%(c)s)", {"c": '{"a","b"}'}),
        ("{type: values, column: domain}", {"not": ["a"]}, "(domain = ANY(%(c)s)) IS NOT TRUE", {"c": '{"a"}'}),
        (
            "{type: values, column: domain}",
            ['a,"b\\', "{}", "NULL"],
            "domain = ANY(%(c)s)",
            {"c": '{"a,\\"b\\\\","{}","NULL"}'},
        ),
        # asked otherwise
        ("{type: text, column: name}", {"contains": "x"}, "name ILIKE %(c:pattern)s", {"c": "x", "c:pattern": "%x%"}),
        ("{type: text, column: name}", {"prefix": "x"}, "name ILIKE %(c:pattern)s", {"c": "x", "c:pattern": "x%"}),
        ("{type: text, column: name}", {"exact": "x"}, "name = %(c)s", {"c": "x"}),
        ("{type: text, match: prefix, column: name}", {"exact": "x"}, "name = %(c)s", {"c": "x"}),
        (
            "{type: text, column: name}",
            {"not": {"prefix": "x"}},
            "(name ILIKE %(c:pattern)s) IS NOT TRUE",
            {"c": "x", "c:pattern": "x%"},
        ),
        ("{type: text, column: name}", {"not": {"exact": "x"}}, "name IS DISTINCT FROM %(c)s", {"c": "x"}),
        ("{type: text, column: name}", {"empty": True}, "NULLIF(CAST(name AS VARCHAR), '') IS NULL", {"c": None}),
        (
            "{type: values, column: a || b}",
            {"not": {"empty": True}},
            "NULLIF(CAST((a || b) AS VARCHAR), '') IS NOT NULL",
            {"c": None},
        ),
        ("{type: number, column: size}", {"empty": True}, "size IS NULL", {"c": None}),
        ("{type: date_range, column: day}", {"empty": True}, "day IS NULL", {"c_from": None, "c_to": None}),
        (COUNTRY, {"not": {"empty": True}}, "country_id IS NOT NULL", {"c": None}),
        ("{type: boolean, column: active}", {"empty": True}, "active IS NULL", {"c": None}),
        # where
        ("{type: text, where: 'name % :c'}", "labs", "name %% %(c)s", {"c": "labs"}),
        ("{type: text, where: 'name % :c'}", {"not": "labs"}, "(name %% %(c)s) IS NOT TRUE", {"c": "labs"}),
        ("{type: text, match: prefix, where: 'name ^@ :c'}", "50%", "name ^@ %(c)s", {"c": "50%"}),
        ("{type: number, where: 'size > :c OR big > :c'}", 5, "size > %(c)s OR big > %(c)s", {"c": 5}),
        (
            "{type: number_range, where: 'size BETWEEN :c_from AND :c_to'}",
            {"from": 1},
            "size BETWEEN %(c_from)s AND %(c_to)s",
            {"c_from": 1, "c_to": None},
        ),
        ("{type: date, where: 'kept @> :c::date'}", "2026-01-31", "kept @> %(c)s::date", {"c": "2026-01-31"}),
        (
            "{type: date_range, where: 'day >= :c_from'}",
            {"not": {"from": "2026-01-01"}},
            "(day >= %(c_from)s) IS NOT TRUE",
            {"c_from": "2026-01-01", "c_to": None},
        ),
        ("{type: select, where: 'kind = :c', options: {sql: SELECT 1}}", 5, "kind = %(c)s", {"c": "5"}),
        (
            "{type: select, multiple: true, where: 'EXISTS (SELECT 1 WHERE x = ANY(:c))', options: {sql: SELECT 1}}",
            {"not": [5]},
            "(EXISTS (SELECT 1 WHERE x = ANY(%(c)s))) IS NOT TRUE",
            {"c": '{"5"}'},
        ),
        ("{type: boolean, where: 'EXISTS (SELECT 1) = :c'}", False, "EXISTS (SELECT 1) = %(c)s", {"c": False}),
        ("{type: values, where: 'lower(d) = ANY(:c)'}", ["a"], "lower(d) = ANY(%(c)s)", {"c": '{"a"}'}),
    ],
)
def test_it_turns_each_type_of_criterion_into_its_condition(
    definition: str, raw: Any, sql: str, parameters: dict[str, Any]
) -> None:
    composed, bound = condition(definition, raw)

    assert squeezed(composed) == squeezed(f"({sql})")
    assert bound == parameters
    assert {name: type(value) for name, value in bound.items()} == {
        name: type(value) for name, value in parameters.items()
    }


@pytest.mark.parametrize(
    ("column", "operand"),
    [
        ("size", "size"),
        ("comp.size", "comp.size"),
        ("crm.company.size", "crm.company.size"),
        ('"Size"', '"Size"'),
        ('comp."Size"', '(comp."Size")'),
        ("a + b", "(a + b)"),
        ("a OR b", "(a OR b)"),
        ("size % 100", "(size %% 100)"),
        ("data ->> 'a:b'", "(data ->> 'a:b')"),
        ("size::int", "(size::int)"),
        ("tags[low:high]", "(tags[low:high])"),
        ("'{}'::int[]", "('{}'::int[])"),
        ("$$%s$$", "($$%%s$$)"),
        ("coalesce(size, :c)", "(coalesce(size, %(c)s))"),
        ("size;", "size"),
    ],
)
def test_it_keeps_the_authors_expression_together(column: str, operand: str) -> None:
    quoted = "'" + column.replace("'", "''") + "'"

    composed, bound = condition(f"{{type: number, column: {quoted}}}", 5)

    assert squeezed(composed) == squeezed(f"({operand} = %(c)s)")
    assert bound == {"c": 5}


@pytest.mark.parametrize("key", ["column", "where"])
@pytest.mark.parametrize("raw", [5, {"not": 5}])
def test_it_does_not_let_a_comment_swallow_what_follows(key: str, raw: Any) -> None:
    definition = f"\n  type: number\n  {key}: |\n    size = :c -- in (people\n"

    composed, _ = condition(definition, raw)

    without_comments = re.sub(r"--[^\n]*", "", composed)
    assert without_comments.count("(") == without_comments.count(")")
    assert "IS" in without_comments or "=" in without_comments


@pytest.mark.parametrize(
    ("sql", "composed"),
    [
        ("SELECT 1", "SELECT 1"),
        ("SELECT 1 WHERE {criteria}", "SELECT 1 WHERE TRUE"),
        ("SELECT 1 WHERE {criteria} HAVING {criteria:counted}", "SELECT 1 WHERE TRUE HAVING TRUE"),
        ("SELECT '50%' AS \"100%\"", "SELECT '50%%' AS \"100%%\""),
        ("SELECT a % b -- 5%\n", "SELECT a %% b -- 5%%"),
        ("SELECT '%(c)s', '%%'", "SELECT '%%(c)s', '%%%%'"),
        ("SELECT '{criteria}', ':c', $$ :c $$", "SELECT '{criteria}', ':c', $$ :c $$"),
        ("SELECT x::date, t[1:2]", "SELECT x::date, t[1:2]"),
    ],
)
def test_it_leaves_the_authors_sql_as_it_is_when_nothing_is_filled(sql: str, composed: str) -> None:
    assert searched(interface(sql=sql), {}) == Statement(composed, {})


PLACES = interface(
    """
    name: {type: text, match: exact, column: name}
    size: {type: number, column: size}
    contacts: {type: number_range, in: counted, column: count(*)}
    """,
    sql="SELECT 1 WHERE {criteria} HAVING {criteria:counted} UNION SELECT 2 WHERE {criteria}",
)


@pytest.mark.parametrize(
    ("given", "composed"),
    [
        ({}, "SELECT 1 WHERE TRUE HAVING TRUE UNION SELECT 2 WHERE TRUE"),
        ({"size": 5}, "SELECT 1 WHERE (size = %(size)s) HAVING TRUE UNION SELECT 2 WHERE (size = %(size)s)"),
        (
            {"contacts": {"from": 2}},
            "SELECT 1 WHERE TRUE HAVING ((count(*)) >= %(contacts_from)s) UNION SELECT 2 WHERE TRUE",
        ),
        (
            {"name": "a", "size": {"not": 5}},
            "SELECT 1 WHERE ((name = %(name)s) AND (size IS DISTINCT FROM %(size)s)) HAVING TRUE"
            " UNION SELECT 2 WHERE ((name = %(name)s) AND (size IS DISTINCT FROM %(size)s))",
        ),
    ],
)
def test_it_joins_the_conditions_of_each_place(given: dict[str, Any], composed: str) -> None:
    assert squeezed(searched(PLACES, given).sql) == squeezed(composed)


def test_it_binds_null_for_criteria_that_are_not_filled() -> None:
    form = interface("day: {type: date_range}\nsite: {type: text}", sql="SELECT f(:day_from, :day_to, :site)")

    assert searched(form, {"site": "a"}) == Statement(
        "SELECT f(%(day_from)s, %(day_to)s, %(site)s)", {"day_from": None, "day_to": None, "site": "a"}
    )


def test_it_binds_the_text_itself_where_another_criterion_names_it() -> None:
    form = interface("a: {type: text, column: x}\nb: {type: text, where: 'y = :b || :a'}")

    statement = searched(form, {"a": "50%", "b": "z"})

    assert statement.parameters == {"a": "50%", "a:pattern": "%50\\%%", "b": "z"}


OPTIONS = next(path for path in GOOD if path.stem == "dependent_options")


@pytest.mark.parametrize(
    ("select", "given", "sql", "parameters"),
    [
        ("country", {"region": 5}, "SELECT id AS value FROM country", {}),
        (
            "region",
            {"country": [33]},
            "SELECT id AS value FROM region WHERE country_id = ANY(%(country)s)",
            {"country": '{"33"}'},
        ),
        ("region", {}, "SELECT id AS value FROM region WHERE country_id = ANY(%(country)s)", {"country": None}),
        (
            "region",
            {"country": {"not": [33]}},
            "SELECT id AS value FROM region WHERE country_id = ANY(%(country)s)",
            {"country": None},
        ),
        (
            "city",
            {"region": 5, "created": {"from": "2026-01-01"}},
            "SELECT id AS value FROM city WHERE region_id = %(region)s AND founded >= %(created_from)s",
            {"region": "5", "created_from": "2026-01-01"},
        ),
    ],
)
def test_it_binds_the_criteria_that_an_option_list_depends_on(
    select: str, given: dict[str, Any], sql: str, parameters: dict[str, Any]
) -> None:
    form = load_file(OPTIONS)
    assert isinstance(form, Interface)

    composed = compose.options(form, form.criteria[select], criteria.read_some(form, given, LIMITS))

    assert composed == Statement(sql, parameters)


INNER = Statement("SELECT 1 -- a comment", {"a": 1})


def test_it_wraps_the_same_statement_whatever_is_asked() -> None:
    columns = [Column("id", "integer"), Column('Na"me 100%', "text"), Column("data", "json")]
    sorts = [Sort(columns[0]), Sort(columns[1], descending=True), Sort(columns[2])]

    assert POSTGRESQL.count(INNER) == Statement("SELECT count(*) FROM (\nSELECT 1 -- a comment\n) AS result", {"a": 1})
    assert POSTGRESQL.describe(INNER) == Statement(
        "SELECT * FROM (\nSELECT 1 -- a comment\n) AS result LIMIT 0", {"a": 1}
    )
    assert wrapping.select(INNER, ['"id"', '"id"::text'], [], 10) == Statement(
        'SELECT "id", "id"::text FROM (\nSELECT 1 -- a comment\n) AS result\nLIMIT 10', {"a": 1}
    )
    assert wrapping.select(INNER, ["1"], sorts, 1).sql == (
        "SELECT 1 FROM (\nSELECT 1 -- a comment\n) AS result\n"
        'ORDER BY result."id" ASC NULLS LAST, result."Na""me 100%%" DESC NULLS LAST,'
        ' result."data"::text ASC NULLS LAST\nLIMIT 1'
    )


@pytest.mark.parametrize("kind", TYPES)
def test_it_sorts_by_the_text_of_types_that_have_no_order(kind: Any) -> None:
    statement = wrapping.select(INNER, ["1"], [Sort(Column("x", kind))], 1)

    assert ("::text" in statement.sql) == (kind in ("json", "other"))


@pytest.mark.parametrize(
    ("name", "quoted"),
    [("id", '"id"'), ("Name", '"Name"'), ('a"b', '"a""b"'), ("100%", '"100%%"'), ("%(a)s", '"%%(a)s"'), ("é", '"é"')],
)
def test_it_quotes_a_columns_name(name: str, quoted: str) -> None:
    assert quoting.quote(name) == quoted


@pytest.mark.parametrize(
    ("values", "literal"),
    [
        ((), "{}"),
        ((1, "a"), '{"1","a"}'),
        ((True, False), '{"true","false"}'),
        (('"', "\\", ",", "{", " "), '{"\\"","\\\\",",","{"," "}'),
        (("NULL", ""), '{"NULL",""}'),
        (("a\nb",), '{"a\nb"}'),
    ],
)
def test_it_writes_an_array_literal(values: tuple[Any, ...], literal: str) -> None:
    assert quoting.array_literal(values) == literal


@given(st.lists(st.text(alphabet=st.sampled_from("a\"\\,{} \n'%NULé"), max_size=6), max_size=5))
def test_postgresql_reads_back_every_array_literal(values: list[str]) -> None:
    assert parsed_array(quoting.array_literal(values)) == values


@given(
    st.text(alphabet=st.sampled_from("a%_\\'é\n"), max_size=12),
    st.text(alphabet=st.sampled_from("a%_\\b"), max_size=12),
)
def test_a_pattern_matches_its_own_text_and_no_other(text: str, other: str) -> None:
    pattern = quoting.escape_pattern(text)

    assert like(text, pattern)
    assert like(other, pattern) == (other == text)


def parsed_array(literal: str) -> list[str]:
    """Reads a one-dimensional array literal as PostgreSQL's manual describes it, all elements quoted."""
    assert (literal[0], literal[-1]) == ("{", "}")
    rest, found = literal[1:-1], []
    while rest:
        element = re.match(r'"((?:[^"\\]|\\.)*)"(?:,(?=")|$)', rest, re.DOTALL)
        assert element, rest
        found.append(re.sub(r"\\(.)", r"\1", element[1], flags=re.DOTALL))
        rest = rest[element.end() :]
    return found


def like(text: str, pattern: str) -> bool:
    """LIKE, as PostgreSQL's manual describes it."""
    tokens = re.findall(r"\\.|.", pattern, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    regex = "".join(wild.get(one, re.escape(one[-1])) for one in tokens)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def squeezed(sql: str) -> str:
    """Takes out the newlines by which author's text is set off, which mean nothing."""
    return re.sub(r"\s*\n\s*", "", sql)


# --- what holds for every definition and whatever is filled in

FORMS = [form for form in (load_file(path) for path in GOOD) if isinstance(form, Interface)]

# Nothing that an author wrote has any of these characters.
TEXTS = st.text(alphabet=st.sampled_from("ΩЖ"), min_size=6, max_size=8).flatmap(
    lambda marker: st.sampled_from(["", "'", '"', "\\", "%", "%s", "%(c)s", ":c", "{criteria}", "--", ";", "$$"]).map(
        lambda hostile: marker + hostile + marker
    )
)
DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "number": st.integers(),
    "number_range": st.builds(Range, st.integers(), st.none() | st.integers()),
    "date": DAYS,
    "date_range": st.builds(Range, st.none() | DAYS, DAYS),
    "boolean": st.booleans(),
    "values": st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
}


@st.composite
def searches(draw: st.DrawFn) -> tuple[Interface, dict[str, Filled]]:
    """Draws a form, and some of its criteria filled."""
    form = draw(st.sampled_from(FORMS))
    filled = {}
    for criterion in form.criteria.values():
        if draw(st.booleans()):
            kind = "values" if criterion.multiple else "text" if criterion.type == "select" else criterion.type
            values: st.SearchStrategy[Any] = VALUES[kind]
            filled[criterion.name] = Filled(draw(values), draw(st.booleans()))
    return form, filled


@settings(deadline=None)
@given(searches())
def test_no_text_of_a_user_ever_stands_in_the_sql(drawn: tuple[Interface, dict[str, Filled]]) -> None:
    form, filled = drawn
    statements = [compose.search(form, filled)]
    statements += [compose.options(form, one, filled) for one in form.criteria.values() if one.options]

    assert not any(character in statement.sql for statement in statements for character in "ΩЖ")


@settings(deadline=None)
@given(searches())
def test_every_placeholder_has_its_parameter_and_nothing_else_is_left_for_the_driver(
    drawn: tuple[Interface, dict[str, Filled]],
) -> None:
    form, filled = drawn
    statement = compose.search(form, filled)

    rendered = statement.sql % {name: f"<{name}>" for name in statement.parameters}

    assert set(re.findall(r"<([^<>]+)>", rendered)) <= set(statement.parameters)
    assert "%(" not in rendered
    assert "{criteria" not in rendered
