"""What gunicorn loads: the application, configured by the environment. A fault ends it with one clear line each."""

from __future__ import annotations

import sys

from guichet import environment, errors, logs, settings
from guichet.app import create_app

environment.load()
try:
    configured = settings.read()
    logs.configure(configured.log_file_path, configured.log_format)
    app = create_app(configured)
except errors.SettingsError as error:
    for fault in error.faults:
        print(f"guichet: {fault}", file=sys.stderr)
    # gunicorn takes 4 for “the application can't be loaded”, and doesn't try again.
    sys.exit(4)
