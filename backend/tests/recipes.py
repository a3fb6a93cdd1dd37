"""The definitions of docs/definitions/kinds.md, one for each kind of database, and what all of them must find."""

from __future__ import annotations

import re
from typing import Any

from guichet import portal as wiring
from guichet.authoring import check
from guichet.settings import settings
from tests.conftest import ROOT, Portal

# The same for every kind. DAY, MOMENT and BOOLEAN are types of all.
TABLES = (
    "CREATE TABLE country (id INT PRIMARY KEY, name VARCHAR(40))",
    "CREATE TABLE region (id INT PRIMARY KEY, country_id INT, name VARCHAR(40))",
    "CREATE TABLE company (id INT PRIMARY KEY, name VARCHAR(40), country_id INT, region_id INT, founded DATE,"
    " seen_at TIMESTAMP NULL, active BOOLEAN)",
    "CREATE TABLE contact (company_id INT, name VARCHAR(40), job VARCHAR(40), met_on DATE)",
    "INSERT INTO country VALUES (1, 'France'), (2, 'Spain')",
    "INSERT INTO region VALUES (11, 1, 'Bretagne'), (12, 1, 'Alsace'), (21, 2, 'Navarra')",
    "INSERT INTO company VALUES (1, 'Château Noir', 1, 11, '2001-05-01', '2026-03-01 09:00:00', TRUE),"
    " (2, 'Chateaux & Fils', 1, 12, '2010-12-31', '2026-03-01 23:59:59', FALSE),"
    " (3, 'Olivar', 2, 21, NULL, '2026-03-02 00:00:00', TRUE), (4, 'Nowhere', NULL, NULL, '1999-01-01', NULL, NULL)",
    "INSERT INTO contact VALUES (1, 'Zoé', 'Sales', '2026-01-05'), (1, 'Ana', 'Board', '2026-02-01'),"
    " (2, 'Bea', 'Support', '2026-02-28'), (3, 'Cid', 'Sales', NULL)",
)
FOUND: tuple[tuple[dict[str, Any], list[int]], ...] = (
    ({}, [1, 2, 3, 4]),
    ({"name": "chateau"}, [1, 2]),
    ({"country": [1]}, [1, 2]),
    ({"country": {"not": [1]}}, [3, 4]),
    ({"country": [1, 2], "region": [12, 21]}, [2, 3]),
    ({"founded": {"from": "2001-05-01", "to": "2010-12-31"}}, [1, 2]),
    ({"seen": "2026-03-01"}, [1, 2]),
    ({"active": True}, [1, 3]),
    ({"active": {"not": True}}, [2, 4]),
    ({"id": ["2", "4", "9"]}, [2, 4]),
    ({"works_in": ["Sales", "Board"]}, [1, 3]),
    ({"works_in": {"not": ["Sales"]}}, [2, 4]),
    ({"contacted": {"from": "2026-02-01"}}, [1, 2]),
    ({"contacted": {"to": "2026-02-01"}}, [1]),
    ({"contacted": {"from": "2026-02-28", "to": "2026-02-28"}}, [2]),
)


def try_recipes(portal: Portal, kind: str) -> None:
    """Write a kind's definition for the source `shop`; have it checked and run, and search by it."""
    text = (ROOT / "docs" / "definitions" / "kinds.md").read_text("utf-8")
    found = re.search(rf"^## {kind}\n\n```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found, kind
    portal.write("recipes.yaml", re.sub(r"^source: .*$", "source: shop", found[1], flags=re.MULTILINE))
    read = settings.read_settings(portal.environ)
    sources = wiring.build_sources(read)
    try:
        reports = check.check(wiring.build_registry(read), sources, {}, read.portal_dir, run=True)
        (report,) = (one for one in reports if one.id == "recipes")
        assert [str(one) for one in (*report.problems, *report.warnings)] == []
    finally:
        for source in sources.values():
            source.close_idle()
    client = portal.client()
    for criteria, ids in FOUND:
        answer = client.post("/api/v1/interfaces/recipes/search", {"criteria": criteria})
        assert answer.status_code == 200, (criteria, answer.text)
        assert sorted(row[0] for row in answer.json["rows"]) == ids, criteria
        if not criteria:
            assert {row[0]: row[-1] for row in answer.json["rows"]}[1] == "Ana¤Zoé"
    offered = client.get("/api/v1/interfaces/recipes/options/region?country=1").json["options"]
    assert [one["label"] for one in offered] == ["Alsace", "Bretagne"]
