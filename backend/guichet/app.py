"""The web application: `create_app` wires the parts, and does nothing else."""

from __future__ import annotations

from flask import Flask
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from guichet import api, portal
from guichet.http.aliases import Aliases
from guichet.settings.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Make the application.

    :raises SettingsError: if these settings are unsafe together.
    """
    app = Flask("guichet", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # on the default provider, which this is
    app.config["MAX_CONTENT_LENGTH"] = settings.request_mb * 1_000_000
    app.extensions["guichet"] = portal.build_portal(settings)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # how Flask documents it
    api.register(app)
    app.wsgi_app = Aliases(app.wsgi_app, app.extensions["guichet"].registry, api.PREFIX)  # type: ignore[method-assign]  # how Flask documents it
    CORS(
        app,
        resources={"/api/*": {"origins": list(settings.cors_allowed_origin)}},
        supports_credentials=True,
        allow_headers=["Authorization", "Content-Type", "If-Match", "If-None-Match", "X-Request-Id"],
        expose_headers=["Content-Disposition", "ETag", "Link", "Location", "Retry-After", "X-Request-Id"],
    )
    return app
