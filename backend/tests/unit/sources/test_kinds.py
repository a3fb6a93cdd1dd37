"""Kinds of databases, by the scheme of their URL."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from guichet.sources import kinds
from guichet.sources.kinds import Kind, SourceConfig
from guichet.sources.postgresql.source import PostgreSQLSource
from guichet.sql.dialect import Dialect
from guichet.sql.postgresql.dialect import POSTGRESQL
from guichet.sql.statement import Statement

CONFIG = SourceConfig("crm", SecretStr("postgresql://a:b@nowhere/crm"), 1, 1, 1, "UTC")


class Entry:
    """What another package declares in `guichet.sources`."""

    name = "other"
    kind = Kind("Other", ("other",), "other:///path", "builtins:dict", None, "builtins:len")

    def load(self) -> Kind:
        return self.kind


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Kind:
    monkeypatch.setattr(kinds, "entry_points", lambda *, group: [Entry()] if group == "guichet.sources" else [])
    kinds.all_kinds.cache_clear()
    monkeypatch.setattr(kinds, "all_kinds", kinds.all_kinds.__wrapped__)
    return Entry.kind


@pytest.mark.parametrize("url", ["postgresql://a:b@host/crm", "postgres://host:5432/crm", "POSTGRESQL://host/crm"])
def test_a_scheme_means_its_kind(url: str) -> None:
    assert kinds.of_url(url) is kinds.POSTGRESQL


@pytest.mark.parametrize(
    "url", ["oracle://a:geheim@host/crm", "postgresql://a:geheim@host", "geheim", "http://[geheim"]
)
def test_an_unknown_one_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(ValueError, match="must look like postgresql://") as refused:
        kinds.of_url(url)
    assert "geheim" not in str(refused.value)


def test_a_cluster_needs_no_database_in_its_url() -> None:
    assert kinds.of_url("spark://host:15002") is kinds.SPARK
    assert kinds.of_url("spark://user:token@host/sales?use_ssl=true") is kinds.SPARK
    with pytest.raises(ValueError, match="must look like spark://host"):
        kinds.of_url("spark:")


def test_a_kind_opens_its_source_without_connecting() -> None:
    source = kinds.POSTGRESQL.open_source(CONFIG)

    assert isinstance(source, PostgreSQLSource)
    assert source.capabilities.estimate


def test_a_kind_has_its_dialect() -> None:
    dialect: Dialect = kinds.POSTGRESQL.load_dialect()

    assert dialect is POSTGRESQL
    assert dialect.count(Statement("SELECT 1", {})).sql == "SELECT count(*) FROM (\nSELECT 1\n) AS result"


def test_another_package_adds_a_kind(other: Kind) -> None:
    assert kinds.of_url("other:///path") is other
    assert other.load_dialect() is len


def test_a_kind_without_a_writer_says_so(other: Kind) -> None:
    with pytest.raises(ValueError, match="can't be written"):
        other.open_writer(CONFIG)
