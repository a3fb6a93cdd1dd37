"""The cluster of the tests, and statements that a source would not run, such as those that make tables."""

from __future__ import annotations

import sys
from typing import Any

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from spark_cluster import Cluster, running

from guichet.sources.spark import client as connect

__all__ = ["Cluster", "run", "running"]
SECONDS = 300
# Texts become days and moments as they do where tables are filled by hand elsewhere.
SETTINGS = {"spark.sql.storeAssignmentPolicy": "legacy", "spark.sql.session.timeZone": "UTC"}


def open_session(cluster: Cluster) -> connect.ServerSession:
    """Open a session of the server's."""
    address = cluster.url.removeprefix("spark://")
    client = connect.ConnectClient(connect.Target(address, "tests", "", uses_tls=False, connect_seconds=5))
    return connect.ServerSession(client, SETTINGS, SECONDS)


def run(cluster: Cluster, *statements: str) -> list[dict[str, Any]]:
    """Run statements in a session of their own; return the rows of the last one, where it is a query."""
    session = open_session(cluster)
    found = None
    for sql in statements:
        relation = connect.make_relation(sql, {})
        is_query = sql.lstrip().upper().startswith("SELECT")
        found = session.run(connect.make_plan(relation) if is_query else connect.make_command(relation), SECONDS)
    session.release()
    return list(found.to_pylist()) if found else []
