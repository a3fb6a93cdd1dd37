"""A SQLite source, as the portal's settings have it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from guichet.sources.kinds import SourceConfig
from guichet.sources.sqlite.source import SqliteSource


def open_source(config: SourceConfig) -> SqliteSource:
    """Make a source; its file is opened when it is first read."""
    written = unquote(urlsplit(config.url.get_secret_value()).path)
    path = Path("/" + written.lstrip("/"))  # others write `sqlite:////srv/file.db`
    return SqliteSource(config, path)
