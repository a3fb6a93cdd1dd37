"""The REST API: blueprints, one per resource, and what every request goes through.

Views read their input, call the core and shape the answer. Nothing below this package knows Flask.
"""

from __future__ import annotations

from flask import Flask

from guichet.api import (
    downloads,
    extracts,
    health,
    interfaces,
    options,
    page,
    records,
    rows,
    saved_searches,
    searches,
    summary,
    tokens,
    user,
    users,
    value_lists,
)
from guichet.http import admission, authentication, compression, middleware, problems
from guichet.http.openapi import blueprint as openapi_blueprint

PREFIX = "/api/v1"


def register(app: Flask) -> None:
    """Register every blueprint, in the order in which a reader meets them, and the hooks around them."""
    middleware.register(app)
    authentication.register(app)
    admission.register(app)
    problems.register(app)
    compression.register(app)
    app.register_blueprint(health.blueprint)
    for blueprint in (
        interfaces.blueprint,
        options.blueprint,
        searches.blueprint,
        rows.blueprint,
        downloads.blueprint,
        summary.blueprint,
        extracts.blueprint,
        records.blueprint,
        saved_searches.blueprint,
        value_lists.blueprint,
        user.blueprint,
        users.blueprint,
        tokens.blueprint,
        openapi_blueprint,
    ):
        app.register_blueprint(blueprint, url_prefix=PREFIX)
    app.register_blueprint(page.blueprint)
