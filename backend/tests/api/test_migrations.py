"""The portal database's migrations: what has landed stays as it is, and a fault says where it is."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from pydantic import SecretStr

from guichet import errors
from guichet.portal_db import migrate as migrations
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from tests.conftest import run_sql


@pytest.fixture
def url(make_database: Callable[..., str]) -> str:
    return make_database()


def database(url: str) -> PortalDatabase:
    return PortalDatabase(SecretStr(url), PoolLimits(2, 5, 5))


def test_what_has_landed_is_what_it_was() -> None:
    assert {
        name: migrations.compute_checksum(name) for name in migrations.list_migrations()
    } == migrations.read_checksums(), (
        "A migration that has landed is never edited or renamed: write another."
        " For a new one: sha256sum *.sql > checksums.txt in portal_db/migrations."
    )


def test_all_are_applied_once(url: str) -> None:
    assert migrations.migrate(database(url)) == migrations.list_migrations()
    assert migrations.migrate(database(url)) == []
    migrations.check(database(url))


def test_what_is_large_and_short_lived_is_not_compressed(url: str) -> None:
    migrations.migrate(database(url))
    large = "('value_list_part'::name, 'values'::name), ('value_list_file', 'content')"
    stored = run_sql(
        url,
        "SELECT DISTINCT attstorage::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
        f" WHERE relnamespace = 'guichet'::regnamespace AND (relname, attname) IN ({large})",
    )
    assert stored == [("e",)]


@pytest.mark.parametrize(("former", "present"), migrations.FORMER_NAMES.items())
def test_a_database_that_applied_a_file_by_its_former_name_goes_on(url: str, former: str, present: str) -> None:
    migrations.migrate(database(url))
    run_sql(url, f"UPDATE guichet.migration SET name = '{former}' WHERE name = '{present}'")
    run_sql(url, "DELETE FROM guichet.migration WHERE name = '0022_value_key_again.sql'")  # which came later

    assert migrations.migrate(database(url)) == ["0022_value_key_again.sql"]
    migrations.check(database(url))


def test_one_that_fails_is_named_with_what_postgresql_said_and_nothing_is_applied(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in migrations.list_migrations():
        (tmp_path / name).write_bytes(resources.files(migrations.__package__).joinpath("migrations", name).read_bytes())
    (tmp_path / "9999_broken.sql").write_text("CREATE TABLE guichet.some ();\nSELECT 1 FROM nowhere;\n")
    monkeypatch.setattr(migrations, "_folder", lambda: tmp_path)

    with pytest.raises(errors.PortalDatabaseError, match=r"9999_broken\.sql failed.*\n?.*nowhere") as caught:
        migrations.migrate(database(url))
    assert "LINE 2" in str(caught.value)
    assert run_sql(url, "SELECT to_regnamespace('guichet')::text") == [(None,)]
