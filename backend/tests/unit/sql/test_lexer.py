"""SQL is taken apart into plain text, binds and places; whatever is no code is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.sql.postgresql.lexer import parse
from guichet.sql.template import Bind, CriteriaPlace, PlaceError, Template, TemplateError

CRITERIA = CriteriaPlace(None)


@pytest.mark.parametrize(
    ("sql", "parts"),
    [
        ("", ()),
        ("SELECT 1", ("SELECT 1",)),
        (":a", (Bind("a"),)),
        ("{criteria}", (CRITERIA,)),
        ("x = :a", ("x = ", Bind("a"))),
        ("x = :a AND {criteria} AND y", ("x = ", Bind("a"), " AND ", CRITERIA, " AND y")),
        ("{criteria} HAVING {criteria:contacts}", (CRITERIA, " HAVING ", CriteriaPlace("contacts"))),
        ("{ criteria }", (CRITERIA,)),
        ("ANY(:a)", ("ANY(", Bind("a"), ")")),
        ("f(:a,:b)", ("f(", Bind("a"), ",", Bind("b"), ")")),
        ("x>:a", ("x>", Bind("a"))),
        (":a::date", (Bind("a"), "::date")),
        (":a_from || :a_to", (Bind("a_from"), " || ", Bind("a_to"))),
        (":a\n AND\n:b", (Bind("a"), "\n AND\n", Bind("b"))),
        (":größe", (Bind("größe"),)),
        ("x BETWEEN:a AND:b", ("x BETWEEN", Bind("a"), " AND", Bind("b"))),
        ("ARRAY[:a, :b]", ("ARRAY[", Bind("a"), ", ", Bind("b"), "]")),
        ("ARRAY[[:a],[1,:b]]", ("ARRAY[[", Bind("a"), "],[1,", Bind("b"), "]]")),
        ("tags[low:high] = :a", ("tags[low:high] = ", Bind("a"))),
    ],
)
def test_it_finds_binds_and_places(sql: str, parts: tuple[str | Bind | CriteriaPlace, ...]) -> None:
    assert parse(sql) == Template(parts)


@pytest.mark.parametrize(
    "sql",
    [
        "x::date",
        "x :: date",
        "x:= 5",
        "tags[1:3]",
        "tags[low:high]",
        "tags[(low):high]",
        "tags[a[1]:high]",
        "'12:30' || ':name'",
        "'it''s :name'",
        "'{criteria}'",
        "'{}'::jsonb",
        r"E'it\'s :name'",
        r"e'\\' || ':name'",
        '"the :name"',
        '"a "" :name {x}"',
        "1 -- :name {x}",
        "-- it's\n1",
        "/* :name {x} */ 1",
        "/* it's */ 1",
        "/* one\ntwo :name */ 1",
        "$$ :name {x} $$",
        "$body$ :name $$ {x} $body$",
        "$größe$ :name $größe$",
        "data->>'a:b'",
        "'\\' || ':name'",
        "x %% 2",
    ],
)
def test_it_leaves_alone_what_is_no_bind_and_no_place(sql: str) -> None:
    assert parse(sql) == Template((sql,))


@pytest.mark.parametrize(
    ("sql", "parts"),
    [
        ("'a' = :a -- 'b", ("'a' = ", Bind("a"), " -- 'b")),
        ("-- 'open\n:a", ("-- 'open\n", Bind("a"))),
        ("/* 'open */ :a", ("/* 'open */ ", Bind("a"))),
        ("/* a /* nested */ :x */ :a", ("/* a /* nested */ :x */ ", Bind("a"))),
        ("$1 $2 :a", ("$1 $2 ", Bind("a"))),
        ("'a'':b' :a", ("'a'':b' ", Bind("a"))),
        ("'\\' = :a", ("'\\' = ", Bind("a"))),
        (r"x LIKE'\' AND y = :a OR z = 'b'", (r"x LIKE'\' AND y = ", Bind("a"), " OR z = 'b'")),
        (r"DATE'2026-01-01' = :a", ("DATE'2026-01-01' = ", Bind("a"))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_ends_what_is_no_code_where_postgresql_does(sql: str, parts: tuple[str | Bind | CriteriaPlace, ...]) -> None:
    assert parse(sql) == Template(parts)


@pytest.mark.parametrize(
    ("sql", "found", "offset"),
    [
        ("WHERE {critera}", "critera", 6),
        ("{}", "", 0),
        ("{criteria:}", "criteria:", 0),
        ("{criteria:Contacts}", "criteria:Contacts", 0),
        ("{criteria:a b}", "criteria:a b", 0),
        ("{Criteria}", "Criteria", 0),
        ("SELECT 1\nWHERE {name}", "name", 15),
    ],
)
def test_it_refuses_other_braces_and_tells_where_they_are(sql: str, found: str, offset: int) -> None:
    with pytest.raises(PlaceError) as refused:
        parse(sql)

    assert (refused.value.found, refused.value.offset) == (found, offset)


@pytest.mark.parametrize(
    ("sql", "kept"),
    [
        ("SELECT 1;", "SELECT 1"),
        ("SELECT 1 ; \n", "SELECT 1"),
        ("SELECT ';'", "SELECT ';'"),
        ("SELECT 1; -- the end", "SELECT 1"),
    ],
)
def test_it_drops_the_final_semicolon(sql: str, kept: str) -> None:
    assert "".join(map(str, parse(sql).parts)).rstrip() == kept


def test_it_lists_the_names_of_binds_and_places() -> None:
    parsed = parse("SELECT :a, :b, :a WHERE {criteria} HAVING {criteria:x}")

    assert parsed.binds == {"a", "b"}
    assert parsed.places == {None, "x"}


PIECES = st.sampled_from(
    [
        *("'", '"', "--", "/*", "*/", "$$", "$a$", "\\", "::", "e'", "%"),
        *(":a", ":b_1", "{criteria}", "{criteria:x}"),
        *(" ", "\n", "x", "1", "[", "]", "(", ")", "é", "\0"),
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_its_parts_joined_are_the_sql_again(sql: str) -> None:
    if parsed := _parsed(sql):
        assert "".join(map(_written, parsed.parts)) == sql.rstrip()


@given(st.lists(PIECES, max_size=25).map("".join))
def test_parsing_its_own_text_again_changes_nothing(sql: str) -> None:
    if parsed := _parsed(sql):
        assert parse("".join(map(_written, parsed.parts))) == parsed


def _parsed(sql: str) -> Template | None:
    """Parses SQL; None where something is opened and not closed, as in most of what chance writes."""
    try:
        return parse(sql)
    except TemplateError as error:
        assert "not closed" in error.detail or "single brace" in error.detail  # noqa: PT017
        return None


def _written(part: str | Bind | CriteriaPlace) -> str:
    if isinstance(part, Bind):
        return f":{part.name}"
    if isinstance(part, CriteriaPlace):
        return "{criteria}" if part.name is None else f"{{criteria:{part.name}}}"
    return part
