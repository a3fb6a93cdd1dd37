"""Option lists: pinned, typed ahead, dependent, cached."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Client, Portal

COUNTRIES = "/api/v1/interfaces/customers/options/country"
REGIONS = "/api/v1/interfaces/customers/options/region"

FRANCE = {"value": 1, "label": "France"}
PURE = {"value": 5, "label": "100% Pure"}
BELGIUM = {"value": 2, "label": "Belgium"}
IVORY_COAST = {"value": 4, "label": "Côte d'Ivoire"}
SPAIN = {"value": 3, "label": "Spain"}
ALSACE = {"value": 12, "label": "Alsace"}
BRETAGNE = {"value": 11, "label": "Bretagne"}
WALLONIE = {"value": 21, "label": "Wallonie"}


@pytest.mark.parametrize(
    ("url", "options", "more"),
    [
        (COUNTRIES, [FRANCE, PURE, BELGIUM, IVORY_COAST, SPAIN], False),
        (f"{COUNTRIES}?limit=2", [FRANCE, PURE], True),
        (f"{COUNTRIES}?q=%20c%C3%B4", [IVORY_COAST], False),
        (f"{COUNTRIES}?q=0%25", [PURE], False),
        (f"{COUNTRIES}?q=_", [], False),
        (f"{COUNTRIES}?value=3&value=1&value=99", [FRANCE, SPAIN], False),
        (REGIONS, [], False),
        (f"{REGIONS}?country=1", [ALSACE, BRETAGNE], False),
        (f"{REGIONS}?country=1&country=2", [ALSACE, BRETAGNE, WALLONIE], False),
        (f"{REGIONS}?country=1&q=bre", [BRETAGNE], False),
    ],
)
def test_it_lists(client: Client, url: str, options: list[Any], more: bool) -> None:
    assert client.get(url).json == {"options": options, "more": more}


def test_an_option_of_one_column_is_its_own_label(client: Client) -> None:
    answer = client.get("/api/v1/interfaces/customers/options/tier").json
    assert answer["options"] == [{"value": name, "label": name} for name in ("gold", "silver", "=bronze")]


STATIC = """\
title: Written
source: shop
sql: SELECT id, tier FROM customer WHERE {criteria} ORDER BY id
criteria:
  tier:
    type: select
    column: tier
    options: [{value: gold, label: {en: Golden, fr: Doré}}, silver, {value: 5, label: Five}]
  id: {type: select, multiple: true, column: id, options: [1, 2, 99]}
"""
GOLDEN, SILVER, FIVE = (
    {"value": "gold", "label": "Golden"},
    {"value": "silver", "label": "silver"},
    {"value": 5, "label": "Five"},
)


@pytest.mark.parametrize(
    ("query", "options", "more"),
    [
        ("", [GOLDEN, SILVER, FIVE], False),
        ("?limit=1", [GOLDEN], True),
        ("?q=GOLD", [GOLDEN], False),
        ("?q=%25", [], False),
        ("?value=5&value=silver&value=gone", [SILVER, FIVE], False),
    ],
)
def test_it_lists_the_options_that_stand_in_the_file(
    portal: Portal, query: str, options: list[Any], more: bool
) -> None:
    portal.write("written.yaml", STATIC)

    assert portal.client().get(f"/api/v1/interfaces/written/options/tier{query}").json == {
        "options": options,
        "more": more,
    }


def test_options_of_the_file_are_in_the_readers_language_and_searched_by(portal: Portal) -> None:
    portal.write("written.yaml", STATIC)
    client = portal.client()

    french = client.get("/api/v1/interfaces/written/options/tier", headers={"Accept-Language": "fr"}).json
    found = client.post("/api/v1/interfaces/written/search", {"criteria": {"id": [1, 2]}})
    form = client.get("/api/v1/interfaces/written").json

    assert french["options"][0] == {"value": "gold", "label": "Doré"}
    assert found.json["count"] == 2
    assert [(one["multiple"], one["options"]["depends_on"]) for one in form["criteria"]] == [(False, []), (True, [])]


def test_an_unchanged_list_is_not_sent_again(client: Client) -> None:
    first = client.get(COUNTRIES)
    again = client.get(COUNTRIES, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert "private" in first.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/api/v1/interfaces/customers/options/name", 404),
        ("/api/v1/interfaces/customers/options/nothing", 404),
        ("/api/v1/interfaces/nothing/options/country", 404),
        (f"{COUNTRIES}?country=1", 422),
        (f"{REGIONS}?country=x", 422),
        (f"{REGIONS}?contry=1", 422),
        (f"{COUNTRIES}?limit=0", 400),
        (f"{COUNTRIES}?limit=many", 400),
    ],
)
def test_it_refuses(client: Client, url: str, status: int) -> None:
    answer = client.get(url)
    assert answer.status_code == status
    assert answer.json["status"] == status
