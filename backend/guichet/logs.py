"""The log: one line an event, to the console or to `LOG_FILE_PATH`. Values of criteria never go to it."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure(path: Path | None) -> None:
    """Sends the log of this process to a file, which may be rotated underneath, or to the console."""
    handler: logging.Handler = logging.StreamHandler()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.WatchedFileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter(LINE))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
