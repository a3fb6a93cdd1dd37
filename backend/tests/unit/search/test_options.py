"""Option lists: which SQL is asked, whatever the author's list looks like."""

from __future__ import annotations

import pytest

from guichet.search import options
from guichet.sources.columns import Column
from guichet.sql.postgresql import conditions
from guichet.sql.postgresql.options import narrow
from guichet.sql.statement import OptionQuery, Statement

VALUE, LABEL, OTHER = Column("value", "integer"), Column("label", "text"), Column("sort", "integer")
LABEL_TEXT = '"label"::text'
LISTED = Statement("SELECT id AS value, name AS label FROM country", {"region": 5})


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ([VALUE, LABEL], [VALUE, LABEL]),
        ([LABEL, VALUE], [VALUE, LABEL]),
        ([OTHER, LABEL, VALUE], [VALUE, LABEL]),
        ([VALUE], [VALUE]),
        ([OTHER], [OTHER]),
        ([OTHER, LABEL], [OTHER, LABEL]),
        ([VALUE, OTHER], [VALUE, OTHER]),
    ],
)
def test_it_finds_value_and_label_by_name_and_else_by_place(columns: list[Column], found: list[Column]) -> None:
    assert options.by_role(columns) == found


FROM = f"FROM (SELECT *, row_number() OVER () AS guichet_place FROM (\n{LISTED.sql}\n) AS listed) AS placed"


@pytest.mark.parametrize(
    ("first", "wanted", "rest", "parameters"),
    [
        ([], OptionQuery(), 'WHERE "value" IS NOT NULL\nLIMIT 1001', {}),
        ([], OptionQuery(limit=5), 'WHERE "value" IS NOT NULL\nLIMIT 6', {}),
        (
            ["France"],
            OptionQuery(),
            'WHERE "value" IS NOT NULL'
            '\nORDER BY array_position(%(option:first)s::text[], "label"::text), guichet_place\nLIMIT 1001',
            {"option:first": '{"France"}'},
        ),
        (
            [],
            OptionQuery(typed="50%_"),
            "WHERE \"value\" IS NOT NULL AND CASE WHEN getdatabaseencoding() = 'UTF8'"
            f" THEN {conditions.without_accents(LABEL_TEXT)} ILIKE %(option:folded)s"
            f" ELSE {LABEL_TEXT} ILIKE %(option:typed)s END\nLIMIT 1001",
            {"option:typed": "%50\\%\\_%", "option:folded": "%50\\%\\_%"},
        ),
        (
            [],
            OptionQuery(typed="ignored", values=["33", "49"]),
            'WHERE "value" IS NOT NULL AND "value"::text = ANY(%(option:values)s::text[])\nLIMIT 1001',
            {"option:values": '{"33","49"}'},
        ),
    ],
)
def test_it_narrows_the_authors_list(
    first: list[str], wanted: OptionQuery, rest: str, parameters: dict[str, object]
) -> None:
    narrowed = narrow(LISTED, [VALUE, LABEL], first, wanted)

    assert narrowed.sql == f'SELECT "value", coalesce("label"::text, "value"::text) {FROM}\n{rest}'
    assert narrowed.parameters == {"region": 5, **parameters}


def test_it_takes_the_value_for_the_label_where_there_is_no_other() -> None:
    narrowed = narrow(LISTED, [VALUE], [], OptionQuery(typed="a"))

    assert narrowed.sql.startswith('SELECT "value", coalesce("value"::text, "value"::text) FROM')
    assert '"value"::text ILIKE' in narrowed.sql


def test_it_leaves_the_list_that_it_narrows_as_it_was() -> None:
    narrow(LISTED, [VALUE, LABEL], ["France"], OptionQuery(typed="a"))

    assert LISTED.parameters == {"region": 5}
