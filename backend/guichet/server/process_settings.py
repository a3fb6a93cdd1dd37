"""The settings of a process that goes on for long: read when it starts, and again when it is told to, by SIGHUP."""

from __future__ import annotations

import logging

from guichet import environment, errors
from guichet.settings import settings
from guichet.settings.settings import Settings

logger = logging.getLogger(__name__)

_last: Settings | None = None


def read_settings() -> Settings:
    """Read the environment, and the files that add to it, as they are now.

    Faults end a process that starts. To one that has read them before they are logged, and what it read then holds.

    :raises SettingsError: if they have faults, the first time.
    """
    global _last
    environment.load_files()
    try:
        _last = settings.read_settings()
    except errors.SettingsError as error:
        if _last is None:
            raise
        log_setting_faults(error)
    return _last


def log_setting_faults(error: errors.SettingsError) -> None:
    """Log why settings are not taken."""
    for fault in error.faults:
        logger.error("the settings before hold: %s", fault)
