"""What an author makes of the README alone works on a database that knows nothing of Guichet.

The expected numbers were counted in psql by other SQL than that of the definitions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guichet import portal as wiring
from guichet.authoring import check as checking
from guichet.authoring import scaffold, tables
from guichet.settings import settings
from guichet.sql.postgresql.dialect import POSTGRESQL
from tests.conftest import Client, Portal

DEFINITIONS = Path(__file__).parent / "portal"
CUSTOMERS, FILMS = "/api/v1/interfaces/customers_and_rentals", "/api/v1/interfaces/films"

FRANCE, CANADA = 34, 20
ACTION = 1


@pytest.fixture
def portal(make_portal: Callable[..., Portal], pagila_url: str) -> Portal:
    """A portal over Pagila, with a copy of the two definitions."""
    made = make_portal(pagila=pagila_url)
    for file in DEFINITIONS.glob("*.yaml"):
        made.write(file.name, file.read_text("utf-8"))
    return made


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.client()


def check(portal: Portal) -> list[str]:
    configured = settings.read_settings(portal.environ)
    sources = wiring.build_sources(configured)
    reports = checking.check(wiring.build_registry(configured), sources, {}, configured.portal_dir)
    return [str(problem) for report in reports for problem in report.problems]


def count(client: Client, interface: str, criteria: dict[str, Any]) -> int:
    answer = client.post(f"{interface}/count", {"criteria": criteria})
    assert answer.status_code == 200, answer.json
    counted: int = answer.json["count"]
    return counted


def search(client: Client, interface: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post(f"{interface}/search", body)
    assert answer.status_code == 200, answer.json
    names = [column["name"] for column in answer.json["columns"]]
    return [dict(zip(names, row, strict=True)) for row in answer.json["rows"]]


def options(client: Client, interface: str, criterion: str, query: str = "") -> list[str]:
    answer = client.get(f"{interface}/options/{criterion}{query}")
    assert answer.status_code == 200, answer.json
    return [option["label"] for option in answer.json["options"]]


def test_check_finds_nothing_to_mend(portal: Portal) -> None:
    assert check(portal) == []


@pytest.mark.parametrize("table", ["film", "customer", "rental", "payment", "staff"])
def test_a_definition_from_guichet_new_needs_no_edit_to_work(portal: Portal, table: str) -> None:
    source = wiring.build_sources(settings.read_settings(portal.environ))["pagila"]
    portal.write(f"new_{table}.yaml", scaffold.write("pagila", tables.read(source, POSTGRESQL, table), POSTGRESQL))

    assert check(portal) == []
    assert count(portal.client(), f"/api/v1/interfaces/new_{table}", {}) > 0


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({}, 599),
        ({"name": "smith"}, 1),
        ({"store": 1}, 326),
        ({"store": {"not": 1}}, 273),
        ({"country": [FRANCE, CANADA]}, 9),
        ({"country": {"not": [FRANCE, CANADA]}}, 590),
        # 24 May 2005 is the first day of all rentals, 14 February 2006 the last: that one is included whole
        ({"rented": {"to": "2005-05-24"}}, 8),
        ({"rented": {"from": "2006-02-14", "to": "2006-02-14"}}, 158),
        ({"rented": {"not": {"from": "2006-02-14", "to": "2006-02-14"}}}, 441),
        ({"rented": {"from": "2006-02-15"}}, 0),
        ({"film": "academy dinosaur"}, 23),
        ({"film": "100%"}, 0),
        ({"rentals": {"from": 40}}, 7),
        ({"rentals": {"not": {"from": 40}}}, 592),
        ({"active": False}, 0),
        ({"country": [FRANCE], "rented": {"from": "2006-01-01"}}, 1),
    ],
)
def test_customers_are_counted(client: Client, criteria: dict[str, Any], expected: int) -> None:
    assert count(client, CUSTOMERS, criteria) == expected


def test_a_customer_is_one_row_with_all_films_in_a_cell(client: Client) -> None:
    body = {"criteria": {"country": [FRANCE]}, "sort": [{"column": "rentals", "descending": True}, {"column": "name"}]}

    found = search(client, CUSTOMERS, body)

    assert [(row["name"], row["city"], row["rentals"]) for row in found] == [
        ("VIRGINIA GREEN", "Toulouse", 32),
        ("RITA GRAHAM", "Toulon", 24),
        ("LAUREN HUDSON", "Le Mans", 20),
        ("LUIS YANEZ", "Brest", 20),
    ]
    films = found[0].pop("films").split("¤")
    assert len(films) == 32
    assert films[:3] == ["ARABIA DOGMA", "BEVERLY OUTLAW", "CHARIOTS CONSPIRACY"]
    assert found[0] == {
        "customer_id": 35,
        "name": "VIRGINIA GREEN",
        "email": "VIRGINIA.GREEN@sakilacustomer.org",
        "store_id": 2,
        "city": "Toulouse",
        "country": "France",
        "rentals": 32,
        "first_rental": "2005-05-25T06:05:20",
        "last_rental": "2005-08-21T22:25:09",
        "active": True,
    }


def test_days_of_a_rental_choose_customers_and_leave_their_rentals_whole(client: Client) -> None:
    body = {"criteria": {"country": [FRANCE], "rented": {"from": "2006-02-14", "to": "2006-02-14"}}}

    assert [(row["name"], row["rentals"]) for row in search(client, CUSTOMERS, body)] == [("LAUREN HUDSON", 20)]


def test_countries_come_with_the_pinned_ones_first(client: Client) -> None:
    found = options(client, CUSTOMERS, "country")

    assert len(found) == 109
    assert found[:4] == ["France", "Canada", "Afghanistan", "Algeria"]


def test_cities_are_those_of_the_chosen_countries(client: Client) -> None:
    assert options(client, CUSTOMERS, "city", f"?country={FRANCE}") == ["Brest", "Le Mans", "Toulon", "Toulouse"]
    assert options(client, CUSTOMERS, "city", f"?country={FRANCE}&country={CANADA}") == [
        "Brest",
        "Gatineau",
        "Halifax",
        "Le Mans",
        "Lethbridge",
        "London",
        "Oshawa",
        "Richmond Hill",
        "Toulon",
        "Toulouse",
        "Vancouver",
    ]
    assert len(options(client, CUSTOMERS, "city")) == 600
    assert options(client, CUSTOMERS, "city", f"?country={CANADA}&q=lo") == ["London"]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({}, 1000),
        ({"words": "crocodile"}, 99),
        ({"words": {"not": "crocodile"}}, 901),
        ({"words": "crocodiles"}, 99),
        ({"words": 'crocodile "mad scientist"'}, 2),
        ({"words": "crocodile -india"}, 97),
        ({"words": "crocodile", "rating": ["PG", "G"], "length": {"from": 100}}, 16),
        ({"words": "' OR true --"}, 0),
        ({"category": [ACTION]}, 64),
        ({"category": {"not": [ACTION]}}, 936),
        ({"rating": ["NC-17"]}, 210),
        ({"length": {"from": 60, "to": 90}}, 229),
        ({"rental_rate": {"to": "0.99"}}, 341),
        ({"features": ["Trailers"]}, 535),
        ({"language": 1, "release_year": 2006}, 1000),
        ({"film_ids": ["1", "2", " 2 ", "1001"]}, 2),
    ],
)
def test_films_are_counted(client: Client, criteria: dict[str, Any], expected: int) -> None:
    assert count(client, FILMS, criteria) == expected


def test_ratings_are_listed_in_the_order_of_their_type(client: Client) -> None:
    assert options(client, FILMS, "rating") == ["G", "PG", "PG-13", "R", "NC-17"]


def test_a_rating_that_does_not_exist_is_told_at_its_field(client: Client) -> None:
    answer = client.post(f"{FILMS}/count", {"criteria": {"rating": ["PG", "X"]}})

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/criteria/rating"]


def test_csv_has_the_rows_columns_and_order_of_the_table(client: Client) -> None:
    body = {
        "criteria": {"words": "crocodile", "rating": ["PG"], "length": {"to": 80}},
        "sort": [{"column": "length"}, {"column": "title"}],
        "columns": ["title", "length", "rental_rate", "categories"],
        "dialect": {"delimiter": ";", "decimal": ","},
    }

    answer = client.post(f"{FILMS}/csv", body)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="films_')
    assert answer.text == (
        "Title;Length (min);Rental rate;Categories\n"
        "SHANGHAI TYCOON;47;2,99;Travel\n"
        "SUSPECTS QUILLS;47;2,99;Action\n"
        "PILOT HOOSIERS;50;2,99;Family\n"
        "LEGEND JEDI;59;0,99;Music\n"
        "LOVELY JINGLE;65;2,99;Classics\n"
    )
