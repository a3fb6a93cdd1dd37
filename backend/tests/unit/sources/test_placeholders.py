"""Statements for drivers that bind otherwise."""

from __future__ import annotations

import sqlite3

import pytest

from guichet.sources.placeholders import rewrite
from guichet.sql.postgresql.dialect import POSTGRESQL


def test_each_name_has_one_placeholder_and_percents_are_single() -> None:
    sql = "SELECT '100%%', %(key:0)s, %(a)s, %(a)s, '%%(a)s'"

    assert rewrite(sql, {"a": 1, "key:0": 2, "left": 3}, lambda name: f"${name}") == (
        "SELECT '100%', $p1, $p2, $p2, '%(a)s'",
        {"p1": 2, "p2": 1},
    )


def test_what_is_missing_is_told() -> None:
    with pytest.raises(KeyError):
        rewrite("SELECT %(a)s", {})


def test_a_real_driver_binds_what_a_template_became() -> None:
    rendered = POSTGRESQL.render(POSTGRESQL.parse("SELECT '5%' || :name, '%(name)s', :name"), {})

    sql, parameters = rewrite(rendered, {"name": "x"})

    assert sqlite3.connect(":memory:").execute(sql, parameters).fetchone() == ("5%x", "%(name)s", "x")
