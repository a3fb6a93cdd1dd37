"""The log: one line an event, to the console or to `LOG_FILE_PATH`, plain or as JSON. It has no values of criteria.

An event may bring fields beside its message: `logger.info("…", extra=fields(user=…, rows=…))`. What a message names,
`logger.info("%(status)d after %(ms)d ms", {"status": …, "ms": …})`, is among the keys of a JSON line as well.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from guichet import resources
from guichet.control_characters import CONTROLS, escape_controls

# What psycopg2 adds to a message of PostgreSQL: the SQL that failed, with the values that were bound to it.
QUOTED = re.compile(r"^(?:LINE \d+:.*\n? *\^?|(?:DETAIL|CONTEXT|QUERY):.*)$\n?", re.MULTILINE)

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure(path: Path | None, style: Literal["plain", "json"] = "plain") -> None:
    """Send the log of this process to a file, which may be rotated underneath, or to the console."""
    handler: logging.Handler = logging.StreamHandler()
    if path is not None:
        resources.make_private(path.parent)
        handler = logging.handlers.WatchedFileHandler(path, encoding="utf-8")
    handler.setFormatter(JsonFormatter() if style == "json" else PlainFormatter(LINE))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)


def build_extra(**values: Any) -> dict[str, dict[str, Any]]:
    """Make the `extra` of an event: what is known of it, by name; None is left out."""
    return {"fields": {name: value for name, value in values.items() if value is not None}}


def _get_fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = getattr(record, "fields", {})
    return fields


class MaskingFormatter(logging.Formatter):
    """Leaves out of tracebacks what the database quotes of a statement, and with it the values of criteria."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's own name
        """Return a traceback that is safe to log."""
        return QUOTED.sub("", super().formatException(ei))


class PlainFormatter(MaskingFormatter):
    """A line to read, the fields as `name=value` at its end. Lines of a traceback are indented, and so none of ours."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's own name
        """Return a traceback that is safe to log."""
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"    {escape_controls(line)}" for line in lines)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        """Write a line, with what is known of the event at its end."""
        fields = (f"{name}={value}" for name, value in _get_fields(record).items())
        return escape_controls(" ".join([super().formatMessage(record), *fields]))


class JsonFormatter(MaskingFormatter):
    """A JSON object on one line, the fields among its keys."""

    def format(self, record: logging.LogRecord) -> str:
        """Write an event as one line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **(record.args if isinstance(record.args, Mapping) else {}),
            **_get_fields(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        written = json.dumps(line, ensure_ascii=False, default=str)
        return CONTROLS.sub(lambda control: f"\\u{ord(control[0]):04x}", written)
