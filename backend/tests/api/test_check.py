"""`guichet check` on keys: what loading can't know, the database tells."""

from __future__ import annotations

import pytest

from guichet import portal as wiring
from guichet import settings
from guichet.authoring import check as checking
from tests.conftest import Portal


@pytest.mark.parametrize(
    ("sql", "key", "problem"),
    [
        ("SELECT id, name FROM customer", "id", None),
        ("SELECT country_id, id FROM region", "[country_id, id]", None),
        ("SELECT n / 2 AS half, n FROM generate_series(1, 1) AS n", "half", None),
        (
            "SELECT country_id, id FROM region WHERE country_id < 2",
            "country_id",
            "the key does not tell every row from all others: country_id = 1 is that of 2 rows",
        ),
        (
            "SELECT id, NULL::int AS nothing FROM customer WHERE id = 3",
            "[id, nothing]",
            "the key does not tell every row from all others: id = 3, nothing = NULL (a key is never NULL)",
        ),
        ("SELECT id FROM customer", "idd", "the SQL has no column `idd`; did you mean `id`?"),
        ("SELECT '{}'::json AS doc", "doc", "`doc` (json) has no order that a key could follow"),
    ],
)
def test_a_key_is_held_against_the_rows(portal: Portal, sql: str, key: str, problem: str | None) -> None:
    for file in portal.folder.iterdir():
        file.unlink()
    portal.write("keyed.yaml", f"title: Keyed\nsource: shop\nsql: {sql}\nkey: {key}")
    configured = settings.read(portal.environ)

    reports = checking.check(wiring.build_registry(configured), wiring.build_sources(configured), configured.portal_dir)

    assert [(one.line, one.detail) for one in reports[0].problems] == ([(4, problem)] if problem else [])
