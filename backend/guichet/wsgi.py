"""What gunicorn loads: the application, configured by the environment. A fault ends it with one clear line each."""

from __future__ import annotations

import logging
import sys

from guichet import __version__, environment, errors, logs, portal, settings
from guichet.app import create_app

environment.load()
try:
    configured = settings.read()
    logs.configure(configured.log_file_path, configured.log_format)
    logging.getLogger(__name__).info("guichet %s: the server starts", __version__)
    portal.make_archive_folder(configured)
    app = create_app(configured)
    portal.log_faults(app.extensions["guichet"])
    portal.load_definitions(app.extensions["guichet"])
except errors.SettingsError as error:
    for fault in error.faults:
        print(f"guichet: {fault}", file=sys.stderr)
    # gunicorn takes 4 for “the application can't be loaded”, and doesn't try again.
    sys.exit(4)
