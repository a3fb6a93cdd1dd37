"""`guichet check` on keys and found values: what loading can't know, the database tells."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from guichet import cli, errors
from guichet import portal as wiring
from guichet.authoring import check as checking
from guichet.authoring import check_warnings
from guichet.settings import settings
from tests.conftest import Portal, run_sql


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
    configured = settings.read_settings(portal.environ)

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

    configured = settings.read_settings(portal.environ)

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
    told = run(portal, "check")
    assert told.exit_code == 0
    notes = [line for line in told.stdout.splitlines() if "nobody" in line]
    assert notes == [
        "note: portal/a.yaml:4: nobody is in the group `authors, sales`: that is one name; for several write a list:"
        " [authors, sales]",
        "note: portal/b.yaml:4: nobody is in the group `sale`",
    ]


CHECKED = """\
title: T
source: shop
sql: SELECT id, name FROM customer WHERE {criteria}
criteria:
  one:
"""


def checked(portal: Portal, files: dict[str, str], *ids: str, run: bool = False) -> list[checking.Report]:
    """Checks these definitions alone, of a portal over the shop."""
    for file in portal.folder.iterdir():
        file.unlink()
    for name, text in files.items():
        portal.write(f"{name}.yaml", text)
    read = settings.read_settings(portal.environ)
    sources, writers = wiring.build_sources(read), wiring.build_writers(read)
    return checking.check(wiring.build_registry(read), sources, writers, read.portal_dir, ids, run=run)


@pytest.mark.parametrize(
    ("criterion", "warned"),
    [
        (
            "type: select\n    column: id\n    options: { sql: \"VALUES (1, 'a'), (2, 'a'), (3, 'b')\" }",
            [(8, "2 options are labelled `a`")],
        ),
        (
            "type: select\n    column: id\n    options: { sql: \"VALUES (1, 'a'), (1, 'b')\" }",
            [(8, "2 options are of the value `1`")],
        ),
        (
            "type: select\n    column: id\n    options: [{ value: 1, label: a }, { value: 2, label: a }]",
            [(8, "2 options are labelled `a`")],
        ),
        (
            "type: select\n    column: tier\n    options: [gold, silver]\n    default: glod",
            [(9, "no option has the value `glod`; did you mean `gold`?")],
        ),
        (
            "type: select\n    multiple: true\n    column: id\n    options: { sql: SELECT id FROM customer }"
            "\n    default: [1, 99999]",
            [(10, "no option has the value `99999`")],
        ),
        ("type: select\n    column: id\n    options: { sql: SELECT id FROM customer }\n    default: 1", []),
        (
            "type: number\n    column: name::int",
            [(7, 'not every row can be compared: invalid input syntax for type integer: "')],
        ),
        ("type: number\n    column: cast(id * 100000 AS smallint)", [(7, "smallint out of range")]),
        ("type: number\n    column: id::bigint", []),
    ],
)
def test_it_warns_of_what_works_and_is_not_meant_so(
    portal: Portal, criterion: str, warned: list[tuple[int, str]]
) -> None:
    report = checked(portal, {"one": f"{CHECKED}    {criterion}\n"})[0]

    assert report.problems == ()
    assert len(report.warnings) == len(warned)
    for found, (line, detail) in zip(report.warnings, warned, strict=True):
        assert found.line == line
        assert detail in found.detail


@pytest.mark.parametrize(
    ("criterion", "line", "detail"),
    [
        (
            "type: values\n    where: name = :one",
            7,
            ":one is a list, and is taken as text here: compare by = ANY(:one)",
        ),
        (
            "type: select\n    multiple: true\n    where: name = :one\n    options: [a]",
            8,
            ":one is a list, and is taken as text here: compare by = ANY(:one)",
        ),
        (
            "type: text\n    match: exact\n    column: ARRAY[name]",
            8,
            "a text is compared with text[] here: write `where: :one = ANY(ARRAY[name])`",
        ),
        ("type: text\n    where: ARRAY[name] = :one", 7, "a text is compared with text[] here"),
        ("type: values\n    where: name = ANY(:one)", 0, ""),
        ("type: values\n    where: :one IS NULL OR name = ANY(:one)", 0, ""),
        ("type: values\n    where: id IN (SELECT unnest(:one::int[]))", 0, ""),
        ("type: text\n    match: exact\n    column: name", 0, ""),
        ("type: text\n    where: :one = ANY(ARRAY[name])", 0, ""),
    ],
)
def test_a_list_is_compared_with_lists_and_a_text_with_texts(
    portal: Portal, criterion: str, line: int, detail: str
) -> None:
    problems = checked(portal, {"one": f"{CHECKED}    {criterion}\n"})[0].problems

    assert [(one.line, detail in one.detail) for one in problems] == ([(line, True)] if line else [])


def test_some_definitions_are_checked_alone(portal: Portal) -> None:
    plain = "title: T\nsource: shop\nsql: SELECT 1 AS id"
    files = {"one": plain, "two": "title: T\nsource: shop\nsql: SELECT x", "three": plain}

    assert [(one.id, len(one.problems)) for one in checked(portal, files, "one")] == [("one", 0)]
    assert [(one.id, len(one.problems)) for one in checked(portal, files, "two", "one")] == [("one", 0), ("two", 1)]
    with pytest.raises(errors.NotFoundError, match="There is no interface `thre`; did you mean `three`"):
        checked(portal, files, "thre")


@pytest.mark.parametrize(
    ("sql", "limits", "problem"),
    [
        ("SELECT 1 / (id - id) AS id FROM customer", "", "division by zero"),
        (
            "SELECT pg_sleep(3)::text AS id",
            "limits: {interactive_seconds: 1}",
            "no row came within 1 s with nothing filled in",
        ),
        ("SELECT id FROM customer", "", None),
        ("SELECT id FROM customer WHERE false", "", None),
    ],
)
def test_a_search_is_run_where_that_is_asked_for(portal: Portal, sql: str, limits: str, problem: str | None) -> None:
    files = {"one": f"title: T\nsource: shop\nsql: {sql}\n{limits}"}

    assert checked(portal, files)[0].problems == ()
    assert [one.detail for one in checked(portal, files, run=True)[0].problems] == ([problem] if problem else [])


def test_equal_titles_in_a_group_are_told(portal: Portal) -> None:
    text = "title: {title}\ngroup: {group}\nsource: shop\nsql: SELECT 1 AS id"
    shown = {"one": ("A", "X"), "two": ("A", "Y"), "three": ("{en: A, fr: B}", "X"), "four": ("B", "X")}
    files = {name: text.format(title=title, group=group) for name, (title, group) in shown.items()}
    checked(portal, files)
    read = settings.read_settings(portal.environ)

    found = list(check_warnings.equal_titles(wiring.build_registry(read), read.portal_dir))

    assert [str(one) for one in found] == [
        "portal/three.yaml:1: `one` has the same title in the group `X`: users can't tell them apart"
    ]


def run(portal: Portal, *arguments: str) -> Result:
    """Runs the command line beside a portal."""
    return CliRunner().invoke(cli.main, arguments, env=portal.environ)


def test_check_of_one_leaves_the_others(portal: Portal) -> None:
    portal.write("broken.yaml", "title: T")
    portal.write("fine.yaml", "title: T\nsource: shop\nsql: SELECT 1 AS id")

    one, all_of_them, unknown = run(portal, "check", "fine", "--run"), run(portal, "check"), run(portal, "check", "fin")

    assert (one.exit_code, one.stderr) == (0, "")
    assert "broken" not in one.stdout
    assert (all_of_them.exit_code, "portal/broken.yaml:1" in all_of_them.stdout) == (1, True)
    assert (unknown.exit_code, unknown.stderr) == (1, "Error: There is no interface `fin`; did you mean `fine`?\n")


def test_show_prints_sql_that_runs_its_plan_and_rows(portal: Portal) -> None:
    done = run(portal, "show", "customers", "country=France", "name!=x'y", "joined=2000-01-01..", "--rows", "2")
    sql, _, rest = done.stdout.partition("\n-- Plan\n")
    plan, _, rows = rest.partition("\n-- First rows, at most 2\n")

    assert (done.exit_code, done.stderr) == (0, "")
    assert "cust.country_id = ANY('{\"1\"}')" in sql
    assert "x''y" in sql
    assert "cost=" in plan
    found = run_sql(portal.environ["SOURCE_SHOP_URL"], sql)
    assert len(rows.splitlines()) == min(2, len(found)) > 0
    assert rows.split("\t")[0] == str(found[0][0])


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("nothing",), 1, "There is no form “nothing”."),
        (("broken",), 1, "portal/broken.yaml:1: `source` is missing"),
        (("failing",), 1, "division by zero"),
        (("customers", "x"), 2, "“x” is no criterion."),
        (("customers", "nam=x"), 2, "did you mean `name`"),
        (("customers", "joined=x.."), 2, "This must be a date"),
    ],
)
def test_show_says_what_is_wrong(portal: Portal, arguments: tuple[str, ...], code: int, told: str) -> None:
    portal.write("broken.yaml", "title: T")
    portal.write("failing.yaml", "title: T\nsource: shop\nsql: SELECT 1 / (id - id) AS id FROM customer")

    done = run(portal, "show", *arguments)

    assert done.exit_code == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("sql", "is_told"),
    [
        ("SELECT id, name FROM customer ORDER BY name", True),
        ("SELECT id, name FROM customer ORDER BY id DESC", True),
        ("SELECT id, name FROM customer ORDER BY customer.id ASC", False),
        ("SELECT id, name FROM customer -- ORDER BY name", False),
        ("SELECT id, (SELECT max(name) FROM (SELECT name FROM customer ORDER BY name) AS c) AS m FROM customer", False),
    ],
)
def test_another_order_than_the_keys_is_told(portal: Portal, sql: str, is_told: bool) -> None:
    for file in portal.folder.iterdir():
        file.unlink()
    portal.write("keyed.yaml", f"title: Keyed\nsource: shop\nkey: id\nsql: |\n  {sql}\n")
    configured = settings.read_settings(portal.environ)

    sources, folder = wiring.build_sources(configured), configured.portal_dir
    (report,) = checking.check(wiring.build_registry(configured), sources, {}, folder)

    assert report.problems == ()
    assert [note.partition(", and not")[0] for note in report.notes] == (
        ["keyed: programs get rows (/rows, streams) in the order of `key`, id"] if is_told else []
    )
