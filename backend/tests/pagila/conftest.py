"""Pagila is not part of this repository: without a folder with its files these tests are not collected at all.

`PAGILA_DIR` names the folder (schema.sql, data.sql), else it is looked for beside the checkout.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.conftest import ROOT, run_sql

PAGILA = Path(os.environ.get("PAGILA_DIR") or ROOT.parent / "shared" / "data" / "pagila")

collect_ignore = [] if (PAGILA / "data.sql").is_file() else ["test_pagila.py"]

# What only its own server has (a role called postgres) or a newer one refuses (plpgsql is there already).
FOREIGN = re.compile(r"^.*(PROCEDURAL LANGUAGE|default_with_oids|OWNER TO postgres|TO postgres;).*$", re.MULTILINE)

COPY = re.compile(r"^(COPY .+? FROM stdin;)\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL)

READER = """
CREATE ROLE {role} LOGIN PASSWORD '{password}';
GRANT CONNECT ON DATABASE "{database}" TO {role};
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
"""


@pytest.fixture(scope="session")
def pagila_url(make_database: Callable[..., str]) -> Iterator[str]:
    """The URL of a Pagila, as a role that may only read it: the one of docs/operations/how-to.md."""
    url = make_database(sql=FOREIGN.sub("", (PAGILA / "schema.sql").read_text("utf-8")))
    load(url, (PAGILA / "data.sql").read_text("utf-8"))
    role, password = f"guichet_test_{secrets.token_hex(6)}", secrets.token_hex(8)
    parts = urlsplit(url)
    run_sql(url, READER.format(role=role, password=password, database=parts.path.strip("/")))
    host = parts.netloc.rsplit("@", 1)[-1]
    yield parts._replace(netloc=f"{role}:{password}@{host}").geturl()
    run_sql(url, f"DROP OWNED BY {role}; DROP ROLE {role}")


def load(url: str, dump: str) -> None:
    """Runs a plain dump as psql does: SQL, and between it the rows of `COPY … FROM stdin`."""
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        end = 0
        for rows in COPY.finditer(dump):
            cursor.execute(dump[end : rows.start()])
            cursor.copy_expert(rows[1], StringIO(rows[2]))
            end = rows.end()
        cursor.execute(dump[end:])
        cursor.execute("ANALYZE")
