"""`guichet new` and `guichet tables` on a real database: whatever a table is like, its draft passes the check."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from guichet import cli, errors
from guichet import portal as wiring
from guichet.authoring import check as checking
from guichet.authoring import scaffold, tables
from guichet.authoring.tables import SurveyedTable
from guichet.settings import settings
from guichet.sources.protocol import Source
from guichet.sql.postgresql.dialect import POSTGRESQL
from tests.conftest import Portal, run_sql

LABELS = """
CREATE TABLE employee (id int PRIMARY KEY, last_name text, first_name text, title text, birth_date date, photo bytea);
INSERT INTO employee VALUES (1, 'Fall', 'Ann', 'Clerk', '1990-01-31'), (2, 'Fall', 'Ben', 'Clerk', '1991-01-31');
CREATE TABLE namesake (id int PRIMARY KEY, vorname text, nachname text);
INSERT INTO namesake VALUES (1, 'Ann', 'Fall'), (2, 'Ann', 'Fall');
CREATE TABLE persona (id int PRIMARY KEY, nombre text, apellidos text);
INSERT INTO persona VALUES (1, 'Ana', 'Gil'), (2, 'Luis', 'Gil');
CREATE TABLE mitarbeiter (id int PRIMARY KEY, name text, vorname text);
INSERT INTO mitarbeiter VALUES (1, 'Fall', 'Ann'), (2, 'Fall', 'Ben');
CREATE TABLE customer (code text PRIMARY KEY, contact_name text, company_name text, phone text);
INSERT INTO customer VALUES ('A', 'Ann', 'A Ltd', '1'), ('B', 'Ben', 'B Ltd', '2');
CREATE TABLE purchase (id int PRIMARY KEY, customer text REFERENCES customer, place text);
INSERT INTO purchase VALUES (1, 'A', 'Rome'), (2, 'A', 'Rome'), (3, 'B', 'Oslo');
CREATE TABLE account (id int PRIMARY KEY, pwd text, shadow text, email text UNIQUE);
INSERT INTO account SELECT n, 'x' || n, '$2b$12$' || n, n || '@example.com' FROM generate_series(1, 9) AS n;
CREATE TABLE film (id int PRIMARY KEY, title text);
INSERT INTO film VALUES (1, 'Alien'), (2, 'Brazil');
CREATE TABLE region (id int PRIMARY KEY, name text);
INSERT INTO region VALUES (1, 'North'), (2, 'North');
CREATE TABLE kind (id int PRIMARY KEY, name text);
CREATE TABLE hidden (id int PRIMARY KEY, password text);
INSERT INTO hidden SELECT n FROM generate_series(1, 100) AS n;
CREATE TABLE number_only (id int PRIMARY KEY);
CREATE TABLE referring (
    employee_id int REFERENCES employee, namesake_id int REFERENCES namesake, customer_code text REFERENCES customer,
    purchase_id int REFERENCES purchase, account_id int REFERENCES account, film_id int REFERENCES film,
    region_id int REFERENCES region, kind_id int REFERENCES kind, hidden_id int REFERENCES hidden,
    number_only_id int REFERENCES number_only, persona_id int REFERENCES persona,
    mitarbeiter_id int REFERENCES mitarbeiter
);
CREATE TABLE small (id int PRIMARY KEY, name text, state text);
INSERT INTO small SELECT n, 'name ' || n, CASE WHEN n < 10 THEN 'new' ELSE 'old' END FROM generate_series(1, 20) AS n;
"""


@pytest.fixture(scope="module")
def nasty_url(make_database: Callable[..., str]) -> str:
    return make_database(Path(__file__).with_name("nasty.sql"))


@pytest.fixture(scope="module")
def labels_url(make_database: Callable[..., str]) -> str:
    return make_database(sql=LABELS)


def source_of(portal: Portal) -> Source:
    return wiring.build_sources(settings.read_settings(portal.environ))["shop"]


def problems(portal: Portal) -> list[str]:
    """Returns what the check finds in every definition of a portal."""
    read = settings.read_settings(portal.environ)
    reports = checking.check(wiring.build_registry(read), wiring.build_sources(read), {}, read.portal_dir)
    assert reports
    return [str(problem) for report in reports for problem in (*report.problems, *report.warnings)]


def write_all(portal: Portal) -> dict[str, SurveyedTable]:
    """Writes a definition of every table that has something to show; returns them by their names."""
    source, written = source_of(portal), {}
    for number, relation in enumerate(one for one in tables.relations(source) if not one.is_system):
        try:
            table = tables.read(source, POSTGRESQL, relation.sql_name)
        except errors.NotFoundError as error:
            assert "has no column that could be shown" in str(error)  # noqa: PT017  # for some of them alone
            continue
        portal.write(f"d{number}.yaml", scaffold.write("shop", table, POSTGRESQL))
        written[relation.name] = table
    return written


def test_whatever_a_table_is_like_its_draft_passes_the_check(
    make_portal: Callable[..., Portal], nasty_url: str
) -> None:
    portal = make_portal(shop=nasty_url)

    written = write_all(portal)

    assert len(written) > 25
    assert problems(portal) == []


def test_drafts_for_a_role_that_may_read_some_columns_pass_the_check(
    make_portal: Callable[..., Portal], make_database: Callable[..., str]
) -> None:
    url = make_database(Path(__file__).with_name("nasty.sql"))
    parts = urlsplit(url)
    role = f"guichet_partly_{parts.path.rsplit('_', 1)[-1]}"
    run_sql(
        url,
        f"CREATE ROLE {role} LOGIN PASSWORD 'x'; GRANT SELECT (id, name, country_id) ON partly TO {role};"
        f"GRANT SELECT (name) ON country TO {role}; GRANT SELECT ON partly_keyed, base TO {role};",
    )
    portal = make_portal(shop=parts._replace(netloc=f"{role}:x@{parts.netloc.rsplit('@', 1)[-1]}").geturl())
    source = source_of(portal)
    try:
        for name in ("partly", "country", "partly_keyed", "base"):
            portal.write(f"{name}.yaml", scaffold.write("shop", tables.read(source, POSTGRESQL, name), POSTGRESQL))
        assert problems(portal) == []
        assert tables.read(source, POSTGRESQL, "partly").left_out == [("pay", "the role may not read it")]
        with pytest.raises(errors.NotFoundError, match="`tree` has no column that could be shown"):
            tables.read(source, POSTGRESQL, "tree")
    finally:
        source.close_idle()
        run_sql(url, f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_rows_are_called_by_what_tells_them_apart(make_portal: Callable[..., Portal], labels_url: str) -> None:
    table = tables.read(source_of(make_portal(shop=labels_url)), POSTGRESQL, "referring")

    assert {
        one.name: one.lookup.label_sql(POSTGRESQL) if one.is_lookup and one.lookup else None for one in table.columns
    } == {
        "employee_id": "nullif(concat_ws(' ', first_name, last_name), '')",
        "namesake_id": "id || ' – ' || coalesce(concat_ws(' ', vorname, nachname), '')",
        "customer_code": "company_name",
        "purchase_id": "id || ' – ' || coalesce(place, '')",
        "account_id": "email",
        "film_id": "title",
        "region_id": "id || ' – ' || coalesce(name, '')",
        "kind_id": "name",
        "hidden_id": None,
        "number_only_id": None,
        "persona_id": "nullif(concat_ws(' ', nombre, apellidos), '')",
        "mitarbeiter_id": "nullif(concat_ws(' ', vorname, name), '')",
    }


def test_drafts_show_no_secrets_no_pictures_and_authors_alone(
    make_portal: Callable[..., Portal], labels_url: str
) -> None:
    portal = make_portal(shop=labels_url)
    source = source_of(portal)
    for name in ("account", "employee", "referring"):
        portal.write(f"{name}.yaml", scaffold.write("shop", tables.read(source, POSTGRESQL, name), POSTGRESQL))

    text = (portal.folder / "account.yaml").read_text("utf-8")
    assert "#   pwd: it looks like a secret\n#   shadow: it looks like a secret\n" in text
    assert "acco.pwd" not in text
    assert "acco.shadow" not in text
    assert "photo" not in [one["name"] for one in portal.client().get("/api/v1/interfaces/employee").json["columns"]]
    assert portal.client("ben").get("/api/v1/interfaces/employee").status_code == 404
    assert problems(portal) == []


def test_a_text_becomes_a_select_only_where_its_values_come_again(
    make_portal: Callable[..., Portal], labels_url: str
) -> None:
    table = tables.read(source_of(make_portal(shop=labels_url)), POSTGRESQL, "small")

    assert {one.name: one.few_values for one in table.columns} == {"id": False, "name": False, "state": True}


def test_keys_made_of_foreign_keys_are_kept(make_portal: Callable[..., Portal], nasty_url: str) -> None:
    portal = make_portal(shop=nasty_url)
    source = source_of(portal)
    keys = {}
    for name in ("key_of_keys", "keyed_by_address", "keyed_by_secret", "base", "split", "keyed_by_mood"):
        portal.write("one.yaml", scaffold.write("shop", tables.read(source, POSTGRESQL, name), POSTGRESQL))
        keys[name] = wiring.build_registry(settings.read_settings(portal.environ)).get("one").definition.key

    assert keys == {
        "key_of_keys": ["a", "b", "country"],
        "keyed_by_address": None,  # its type has no order that a key could follow
        "keyed_by_secret": None,
        "base": None,  # another table inherits from it, and has the same keys
        "split": ["id", "day"],
        "keyed_by_mood": ["feels"],
    }


def test_a_slow_view_is_drafted_without_a_look_at_its_rows(make_portal: Callable[..., Portal], nasty_url: str) -> None:
    table = tables.read(source_of(make_portal(shop=nasty_url)), POSTGRESQL, "slow")

    assert [one.name for one in table.columns] == ["id", "free", "waited"]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("every_type", "every_type"),
        ("public.every_type", "every_type"),
        ("EVERY_TYPE", "every_type"),
        ("größe, 100%", '"Größe, 100%"'),
        ('"Größe, 100%"', '"Größe, 100%"'),
        ("line\nbreak", '"line\nbreak"'),
        ('old things.Name with "quotes"', '"Old Things"."Name with ""quotes"""'),
        ("pg_stat_activity", "pg_stat_activity"),
    ],
)
def test_names_of_tables_are_understood(
    make_portal: Callable[..., Portal], nasty_url: str, given: str, found: str
) -> None:
    source = source_of(make_portal(shop=nasty_url))

    assert tables.find(tables.relations(source), given, "shop").sql_name == found


def test_a_name_that_is_not_found_is_answered_by_the_nearest(
    make_portal: Callable[..., Portal], nasty_url: str
) -> None:
    source = source_of(make_portal(shop=nasty_url))
    known = tables.relations(source)

    with pytest.raises(errors.NotFoundError, match=r"no table or view `contry`\. Did you mean `country`"):
        tables.find(known, "contry", "shop")
    with pytest.raises(errors.NotFoundError, match="What there is: guichet tables --source shop"):
        tables.find(known, "x'); DROP TABLE base --", "shop")


def run(portal: Portal, *arguments: str) -> Result:
    """Runs the command line beside a portal."""
    with contextlib.chdir(portal.folder.parent):
        return CliRunner().invoke(cli.main, arguments, env=portal.environ)


def test_tables_are_listed_with_about_how_many_rows(make_portal: Callable[..., Portal], nasty_url: str) -> None:
    run_sql(nasty_url, "ANALYZE every_type, split")
    portal = make_portal(shop=nasty_url)

    done = run(portal, "tables")
    lines = [line.split("\t") for line in done.stdout.splitlines()]

    assert (done.exit_code, done.stderr) == (0, "")
    assert ["shop", "every_type", "table", "40"] in lines
    assert ["shop", "split", "table", "1"] in lines
    assert ["shop", "slow", "view", "-"] in lines
    assert ["shop", "kept", "materialized view", "-"] in lines
    assert not [line for line in lines if "split_2026" in line or "pg_class" in line[1]]


def test_nothing_is_written_outside_of_the_portal_folder(make_portal: Callable[..., Portal], nasty_url: str) -> None:
    portal = make_portal(shop=nasty_url)

    for name in ("../x", "/tmp/x", "a/b", "A", "", ".x"):
        done = run(portal, "new", "--source", "shop", "--table", "country", "--id", name)
        assert done.exit_code == 1
        assert "small letters, digits, - and _ only" in done.stderr
    assert [path.name for path in portal.folder.iterdir()] == []
    assert not (portal.folder.parent / "x.yaml").exists()


def test_a_draft_is_written_and_never_over_another(make_portal: Callable[..., Portal], nasty_url: str) -> None:
    portal = make_portal(shop=nasty_url)

    done = run(portal, "new", "--source", "shop", "--table", "größe, 100%")
    again = run(portal, "new", "--source", "shop", "--table", "größe, 100%")
    (portal.folder / "country.yml").write_text("title: Mine", "utf-8")
    other = run(portal, "new", "--source", "shop", "--table", "country")

    assert (done.exit_code, done.stderr) == (0, "")
    assert [path.name for path in portal.folder.glob("*.yaml")] == ["grosse_100.yaml"]
    assert (again.exit_code, other.exit_code) == (1, 1)
    assert "exists already. Choose another id with --id" in again.stderr
