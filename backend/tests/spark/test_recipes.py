"""The recipes of docs/definitions/kinds.md, run by Spark."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import Portal
from tests.recipes import TABLES, try_recipes
from tests.spark.server import Cluster, run


def test_those_of_spark_hold(make_portal: Callable[..., Portal], cluster: Cluster) -> None:
    tables = (one.replace(" PRIMARY KEY", "").replace("TIMESTAMP NULL", "TIMESTAMP") for one in TABLES)
    run(cluster, "CREATE DATABASE recipes", "USE recipes", *tables)
    try_recipes(make_portal(shop=f"{cluster.url}/recipes"), "Spark")
