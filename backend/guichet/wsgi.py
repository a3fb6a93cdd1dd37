"""What gunicorn loads: the application, configured by the environment. A fault ends it with one clear line each."""

from __future__ import annotations

import logging
import sys

from flask import Flask

from guichet import __version__, errors, logs, portal
from guichet.app import create_app
from guichet.server import process_settings


def build_application() -> Flask:
    """Make the application of the settings as they are now.

    :raises SettingsError: if they have faults, or are unsafe together.
    """
    configured = process_settings.read_settings()
    logs.configure(configured.log_file_path, configured.log_format)
    logging.getLogger(__name__).info("guichet %s: the server starts", __version__)
    portal.make_archive_folder(configured)
    made = create_app(configured)
    portal.log_faults(made.extensions["guichet"])
    portal.load_definitions(made.extensions["guichet"])
    return made


def rebuild_application() -> Flask:
    """Make the application again when the server is told to read its settings; with faults, return the one before."""
    global app
    try:
        app = build_application()
    except errors.SettingsError as error:
        process_settings.log_setting_faults(error)
    return app


try:
    app = build_application()
except errors.SettingsError as error:
    for fault in error.faults:
        print(f"guichet: {fault}", file=sys.stderr)
    # gunicorn takes 4 for “the application can't be loaded”, and doesn't try again.
    sys.exit(4)
