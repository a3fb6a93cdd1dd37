"""`guichet check` on keys and found values: what loading can't know, the database tells."""

from __future__ import annotations

import subprocess
import sys

import pytest

from guichet import portal as wiring
from guichet import settings
from guichet.authoring import check as checking
from tests.conftest import INHERITED, Portal


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

    sources, folder = wiring.build_sources(configured), configured.portal_dir
    reports = checking.check(wiring.build_registry(configured), sources, {}, folder)

    assert [(one.line, one.detail) for one in reports[0].problems] == ([(4, problem)] if problem else [])


@pytest.mark.parametrize(
    ("found_in", "problem"),
    [
        ("cust_domain", None),
        ("{sql: SELECT domain FROM customer WHERE domain LIKE 'a%'}", None),
        ("cust_domian", "the SQL has no column `cust_domian`"),
        ("{sql: SELECT domian FROM customer}", "domian"),
    ],
)
def test_found_values_are_held_against_the_result(portal: Portal, found_in: str, problem: str | None) -> None:
    for file in portal.folder.iterdir():
        file.unlink()
    portal.write(
        "found.yaml",
        "title: T\nsource: shop\nsql: SELECT id, domain AS cust_domain FROM customer WHERE {criteria}\n"
        f"criteria:\n  domain:\n    type: values\n    column: domain\n    found_in: {found_in}\n",
    )

    configured = settings.read(portal.environ)

    reports = checking.check(
        wiring.build_registry(configured), wiring.build_sources(configured), {}, configured.portal_dir
    )

    told = [(one.line, problem in one.detail) for one in reports[0].problems if problem]
    assert told == ([(8, True)] if problem else [])
    assert bool(reports[0].problems) == bool(problem)


def test_groups_that_nobody_is_in_are_told(portal: Portal) -> None:
    for file in portal.folder.iterdir():
        file.unlink()
    sql = "source: shop\nsql: SELECT 1 AS one"
    portal.write("a.yaml", f"title: A\n{sql}\ngroups: authors, sales")
    portal.write("b.yaml", f"title: B\n{sql}\ngroups: [authors, sale]")
    portal.write("c.yaml", f"title: C\n{sql}\ngroups: authors")
    portal.write("d.yaml", f"title: D\n{sql}")
    (portal.folder.parent / ".htgroup").write_text("authors: anne\nsales: ben\nsale:\n")
    command = [sys.executable, "-m", "guichet.cli", "check"]
    told = subprocess.run(command, env={**INHERITED, **portal.environ}, capture_output=True, text=True, check=True)
    notes = [line for line in told.stdout.splitlines() if "nobody" in line]
    assert notes == [
        "note: portal/a.yaml:4: nobody is in the group `authors, sales`: that is one name; for several write a list:"
        " [authors, sales]",
        "note: portal/b.yaml:4: nobody is in the group `sale`",
    ]
