"""Spark's statements: values by names, and nothing but queries."""

from __future__ import annotations

from decimal import Decimal

import pytest

from guichet.sources.spark import statements
from guichet.sources.spark.statements import BoundValues, InlineSql, NotQueryError, ShortFloat


def test_values_get_names_and_several_of_them_a_name_each() -> None:
    sql = "SELECT '%%' WHERE a = %(a)s AND b IN (%(key:0)s) AND c IN (%(c)s) AND a <> %(a)s AND d = %(d)s"
    given = {"a": 1, "key:0": BoundValues(["x", "y"]), "c": BoundValues(), "d": InlineSql("e")}

    assert statements.bind(sql, given) == (
        "SELECT '%' WHERE a = :p1 AND b IN (:p2, :p3) AND c IN (NULL) AND a <> :p1 AND d = e",
        {"p1": 1, "p2": "x", "p3": "y"},
    )


def test_several_values_are_one_array_where_the_statement_says_so() -> None:
    assert statements.bind("%(list:key:array)s", {"list:key": BoundValues(["x", None])}) == (":p1", {"p1": ["x", None]})


def test_values_are_written_as_sql_has_them() -> None:
    given = {"text": "O'Hara \\", "number": Decimal("1.50"), "short": ShortFloat("0.1"), "none": None, "yes": True}
    written = statements.render(", ".join(f"%({name})s" for name in given) + ", ':p9'", given)

    assert written == "'O\\'Hara \\\\', 1.50, 0.1F, NULL, TRUE, ':p9'"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT reflect('a', 'b')",
        "SELECT `Java_Method` ('a', 'b')",
        "SELECT try_reflect /* ( */ ('a', 'b')",
        "SELECT try_reflect -- a \\\n ( \n ('a', 'b')",
        "SELECT 1 -- a comment ends here too\r, reflect('a', 'b')",
        "SELECT TRANSFORM(a) USING 'sh' FROM b",
        'SELECT TRANSFORM(a) using\n"sh" FROM b',
        "SELECT TRANSFORM(a) USING/**/R'sh' FROM b",
    ],
)
def test_a_query_that_could_do_more_than_read_is_refused(sql: str) -> None:
    with pytest.raises(NotQueryError, match="not allowed"):
        statements.enclose(sql)


@pytest.mark.parametrize(
    "sql",
    ["SELECT 'reflect(1)' AS a", "SELECT a -- reflect(1)", "SELECT * FROM a JOIN b USING (c)", 'SELECT r"reflect("'],
)
def test_every_other_one_stands_in_brackets(sql: str) -> None:
    assert statements.enclose(sql) == f"SELECT * FROM (\n{sql}\n) AS guichet_read"
