"""A PostgreSQL source, and what writes to one, as the portal's settings have them."""

from __future__ import annotations

from guichet.sources.kinds import SourceConfig
from guichet.sources.postgresql.pool import Pool, PoolLimits
from guichet.sources.postgresql.source import READS_ONLY, PostgreSQLSource
from guichet.sources.postgresql.writer import PostgreSQLWriter


def open_source(config: SourceConfig) -> PostgreSQLSource:
    """Make a source; it connects when it is first read."""
    pool = Pool(config.name, config.url, _limits(config), setup=READS_ONLY, encoding=config.encoding)
    return PostgreSQLSource(pool, config.time_zone, config.parallel)


def open_writer(config: SourceConfig) -> PostgreSQLWriter:
    """Make what writes to a source; it connects when it is first used."""
    return PostgreSQLWriter(Pool(config.name, config.url, _limits(config)), config.time_zone, config.write_seconds)


def _limits(config: SourceConfig) -> PoolLimits:
    return PoolLimits(config.pool_size, config.wait_seconds, config.connect_seconds)
