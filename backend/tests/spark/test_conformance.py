"""Spark keeps what Guichet promises, by the suite that anyone can run."""

from __future__ import annotations

from tests.conformance import documented, states
from tests.spark.server import Cluster


def test_spark_keeps_all_but_what_it_says(cluster: Cluster) -> None:
    found = states(cluster.url)
    assert {name: why for name, why in found.items() if why[0] == "fails"} == {}
    assert {name: state for name, (state, _) in found.items()} == documented("Spark")
