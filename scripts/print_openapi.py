"""Print the OpenAPI document of the API, which is the same for every portal, as JSON."""

from __future__ import annotations

import json

from guichet.app import create_app
from guichet.http import openapi
from guichet.settings import settings

app = create_app(settings.read_settings({"GUICHET_ENV_FILES": "none"}))
print(json.dumps(openapi.build_document(app), ensure_ascii=False))
