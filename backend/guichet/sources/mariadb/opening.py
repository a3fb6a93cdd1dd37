"""A MariaDB or MySQL source, and what writes to one, as the portal's settings have it."""

from __future__ import annotations

from guichet.sources.kinds import SourceConfig
from guichet.sources.mariadb.pool import ConnectionPool
from guichet.sources.mariadb.source import MariaDBSource
from guichet.sources.mariadb.writer import MariaDBWriter


def open_source(config: SourceConfig) -> MariaDBSource:
    """Make a source; it connects when it is first read.

    :raises SettingsError: if the driver is missing, or the URL has an option that is not known.
    """
    return MariaDBSource(ConnectionPool(config), config.time_zone)


def open_writer(config: SourceConfig) -> MariaDBWriter:
    """Make what writes to a source; it connects when it is first used.

    :raises SettingsError: as `open_source`.
    """
    return MariaDBWriter(ConnectionPool(config), config.write_seconds)
