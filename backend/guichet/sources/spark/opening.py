"""A source that is read by Spark Connect, as the portal's settings have it."""

from __future__ import annotations

import importlib.util
import os
from urllib.parse import parse_qsl, unquote, urlsplit

from guichet import errors
from guichet.sources.kinds import SourceConfig
from guichet.sources.spark.source import ConnectOptions, SparkSource

DRIVERS = ("grpc", "pyarrow", "google.protobuf")
INSTALL = "pip install 'guichet[spark]', or grpcio, protobuf and pyarrow"
PORT = 15002
SWITCHES = ("use_ssl", "adaptive")
VALUES = {"true": True, "false": False}
LOCAL = ("localhost", "127.0.0.1", "::1")


def open_source(config: SourceConfig) -> SparkSource:
    """Make a source; it connects when it is first read.

    :raises SettingsError: if the URL has what is not known, or a package is missing.
    """
    for name in DRIVERS:
        if not _is_installed(name):
            raise _build_fault(config, f"needs the package {name}, which is not installed: {INSTALL}")
    return SparkSource(config, read_url(config))


def read_url(config: SourceConfig) -> ConnectOptions:
    """Read the URL of a source.

    :raises SettingsError: if it has what is not known.
    """
    parts = urlsplit(config.url.get_secret_value())
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        port = parts.port or PORT
    except ValueError as error:
        raise _build_fault(config, "has a port that is no number") from error
    if not parts.hostname:
        raise _build_fault(config, "must look like spark://host:15002, with a host")
    ca_file = options.pop("ssl_ca", "")
    if set(options) - set(SWITCHES) or set(options.values()) - set(VALUES):
        told = "takes `use_ssl=true`, `ssl_ca=/path/ca.pem` and `adaptive=true` behind its `?`, and nothing else"
        raise _build_fault(config, told)
    if ca_file and not os.access(ca_file, os.R_OK):
        raise _build_fault(config, f"has an `ssl_ca` that can't be read: {ca_file}")
    uses_tls = bool(ca_file) or VALUES[options.get("use_ssl", "false")]
    if parts.password and not uses_tls and parts.hostname not in LOCAL:
        raise _build_fault(config, "would send its token for everybody to read: add `?use_ssl=true`")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return ConnectOptions(
        address=f"{host}:{port}",
        user=unquote(parts.username or "guichet"),
        token=unquote(parts.password or ""),
        uses_tls=uses_tls,
        ca_file=ca_file,
        database=unquote(parts.path.strip("/")),
        is_adaptive=VALUES[options.get("adaptive", "false")],
    )


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # of a part of a package, the package itself
        return False


def _build_fault(config: SourceConfig, detail: str) -> errors.SettingsError:
    return errors.SettingsError([f"SOURCE_{config.name.upper()}_URL {detail}"])
