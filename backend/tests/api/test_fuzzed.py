"""Whatever is sent, allowed by the OpenAPI document or not: no answer is 5xx, none is what the document doesn't say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, USERS


def test_it_answers_as_the_document_says(serve: Any, portal_database_url: str) -> None:
    environ = {"PORTAL_DATABASE_URL": portal_database_url, "ADMIN_GROUP": "authors", "BCRYPT_COST": "4"}
    with serve(**environ, SIGN_IN_ATTEMPTS="1000") as http:
        url = f"{http.base_url}/api/v1/openapi.json"
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            url,
            "--auth",
            f"anne:{USERS['anne'][0]}",
        ]
        # One worker: two may parse Python at once, which Python 3.11 now and then can't (its issue 106905).
        options = ["--phases=coverage,fuzzing", "--max-examples=3", "--seed=1", "--no-shrink", "--workers=1"]
        done = subprocess.run(
            [*command, *options, "--checks=all", "--no-color"],
            cwd=ROOT / "backend",
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-8000:]
