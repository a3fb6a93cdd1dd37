"""A source that DuckDB reads, as the portal's settings have it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from guichet import errors
from guichet.sources.duckdb.process import ProcessOptions
from guichet.sources.duckdb.source import DuckDBSource
from guichet.sources.kinds import SourceConfig

# What a URL may say behind its `?`, with what holds where it doesn't.
DEFAULTS = {"memory": "512MB", "threads": "1", "spill": "4GB"}
SIZE = re.compile(r"[1-9]\d*(MB|GB)")
COUNT = re.compile(r"[1-9]\d?")
REMOTE = re.compile(r"/+[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
# DuckDB's own files.
OWN = (".duckdb", ".ddb")


def open_source(config: SourceConfig) -> DuckDBSource:
    """Make a source; its first process is started when it is first read.

    :raises SettingsError: if the URL has what is not known, or the package `duckdb` is not installed.
    """
    if importlib.util.find_spec("duckdb") is None:
        raise _build_fault(config, "needs the package duckdb, which is not installed: pip install 'duckdb>=2.0'")
    return DuckDBSource(config, make_opening(config))


def make_opening(config: SourceConfig) -> ProcessOptions:
    """Read the URL of a source.

    :raises SettingsError: if it has what is not known.
    """
    parts = urlsplit(config.url.get_secret_value())
    if parts.netloc:
        raise _build_fault(config, "must look like duckdb:///folder, with three slashes")
    options = {**DEFAULTS, **dict(parse_qsl(parts.query, keep_blank_values=True))}
    for name, value in options.items():
        pattern = COUNT if name == "threads" else SIZE
        if name not in DEFAULTS or not pattern.fullmatch(value):
            known = "?memory=512MB&threads=1&spill=4GB"
            raise _build_fault(config, f"has `{name}={value}` behind its `?`, which takes {known}")
    if REMOTE.match(unquote(parts.path)):
        raise _build_fault(
            config,
            "names files elsewhere (s3://, https://). DuckDB reads those by its extension httpfs, which the package"
            " duckdb does not have, and Guichet loads no extension: mount the bucket as a folder, or copy its files",
        )
    path = Path(unquote(parts.path)).resolve()
    is_own = path.suffix.lower() in OWN
    return ProcessOptions(
        source=config.name,
        file=str(path) if is_own else None,
        folder=str(path.parent if is_own else path),
        memory=options["memory"],
        threads=int(options["threads"]),
        spill=options["spill"],
        time_zone=config.time_zone,
    )


def _build_fault(config: SourceConfig, detail: str) -> errors.SettingsError:
    return errors.SettingsError([f"SOURCE_{config.name.upper()}_URL {detail}"])
