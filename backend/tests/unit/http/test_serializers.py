"""Interfaces, columns and criteria in the shapes of the API."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from guichet.http import serializers
from guichet.interfaces.interface import BrokenInterface, DefinitionProblem, Interface
from guichet.sources.columns import Column
from tests.unit.definitions import GOOD, interface, load_file


def options_url(name: str) -> str:
    return f"/options/{name}"


def criterion(definition: str, name: str = "company_size") -> dict[str, Any]:
    made = serializers.serialize_form(interface(f"{name}: {definition}"), [], "en", options_url)
    (shown,) = made["criteria"]
    assert isinstance(shown, dict)
    return shown


def column(name: str, kind: Any, top: str = "") -> dict[str, Any]:
    (shown,) = serializers.serialize_columns(interface(top=top), [Column(name, kind)], "en")
    return shown


def test_it_sums_an_interface_up() -> None:
    one = interface(top="group: CRM\ndescription: All of them.")

    assert serializers.serialize_interface(one, "en") == {
        "id": "companies",
        "title": "T",
        "group": "CRM",
        "description": "All of them.",
        "available": True,
        "problem": None,
    }


def test_it_shows_what_is_wrong_with_a_broken_one() -> None:
    broken = BrokenInterface(
        "sites", "Sites", (DefinitionProblem("sites.yaml", 1, "one"), DefinitionProblem("sites.yaml", 7, "two"))
    )

    assert serializers.serialize_interface(broken, "en") == {
        "id": "sites",
        "title": "Sites",
        "group": "Out of order",
        "description": "",
        "available": False,
        "problem": "sites.yaml:1: one\nsites.yaml:7: two",
    }


def test_it_shows_the_whole_form() -> None:
    one = interface("name: {type: text, column: name}", top="require_one: true\nlimits: {display_rows: 5}")

    assert serializers.serialize_form(one, [Column("id", "integer")], "en", options_url) == {
        "id": "companies",
        "version": one.version,
        "title": "T",
        "group": "Interfaces",
        "description": "",
        "source": "crm",
        "filename": "companies",
        "require_one": True,
        "criteria": [
            {
                "name": "name",
                "type": "text",
                "label": "Name",
                "help": None,
                "placeholder": None,
                "required": False,
                "default": None,
                "multiple": False,
                "negatable": True,
                "operators": ["contains", "prefix", "exact", "empty"],
                "match": "contains",
                "normalize": None,
                "addresses": False,
                "options": None,
            }
        ],
        "columns": [
            {
                "name": "id",
                "label": "Id",
                "type": "integer",
                "format": "identifier",
                "split": None,
                "hidden": False,
                "summary": False,
                "criterion": None,
            }
        ],
        "record": None,
        "absent": [],
        "limits": {"display_rows": 5, "interactive_seconds": 20, "extract_rows": 50_000_000},
    }


def test_it_shows_where_the_options_are_and_what_they_depend_on() -> None:
    one = interface(
        """
        country: {type: select, multiple: true, column: a, options: {sql: SELECT 1, search: true}}
        created: {type: date_range, column: d}
        region: {type: select, column: b, options: {sql: "SELECT :country, :created_from"}}
        """
    )

    country, _, region = serializers.serialize_form(one, [], "en", options_url)["criteria"]

    assert (country["multiple"], region["multiple"]) == (True, False)
    assert country["options"] == {"url": "/options/country", "depends_on": [], "search": True}
    assert region["options"] == {"url": "/options/region", "depends_on": ["country", "created"], "search": False}


@pytest.mark.parametrize(
    ("definition", "multiple", "match"),
    [
        ("{type: text, column: a}", False, "contains"),
        ("{type: text, match: exact, column: a}", False, "exact"),
        ("{type: number, column: a}", False, None),
        ("{type: values, column: a}", True, None),
        ("{type: select, multiple: true, column: a, options: {sql: SELECT 1}}", True, None),
    ],
)
def test_it_tells_of_each_type_what_the_page_must_know(definition: str, multiple: bool, match: str | None) -> None:
    shown = criterion(definition)

    assert (shown["multiple"], shown["match"]) == (multiple, match)


@pytest.mark.parametrize(
    ("definition", "operators"),
    [
        ("{type: text, column: a}", ["contains", "prefix", "exact", "empty"]),
        ("{type: text, match: prefix, column: a}", ["prefix", "exact", "empty"]),
        ("{type: text, match: exact, column: a}", ["exact", "empty"]),
        ("{type: text, column: a, operators: [exact]}", ["contains", "exact"]),
        ("{type: text, column: a, operators: empty}", ["contains", "empty"]),
        ("{type: text, column: a, operators: []}", ["contains"]),
        ("{type: text, where: 'f(:size)'}", []),
        ("{type: number, column: a}", ["empty"]),
        ("{type: number, column: a, operators: []}", []),
        ("{type: number, where: 'f(:size)'}", []),
        ("{type: values, column: a}", ["empty"]),
    ],
)
def test_it_tells_how_each_may_be_asked(definition: str, operators: list[str]) -> None:
    definition = definition.replace(":size", ":company_size")
    assert criterion(definition)["operators"] == operators


def test_it_uses_the_authors_words() -> None:
    shown = criterion(
        "{type: text, column: a, label: Size!, help: Help., placeholder: '10', required: true, negatable: false}"
    )

    assert {key: shown[key] for key in ("label", "help", "placeholder", "required", "negatable")} == {
        "label": "Size!",
        "help": "Help.",
        "placeholder": "10",
        "required": True,
        "negatable": False,
    }
    assert criterion("{type: text, column: a}")["label"] == "Company size"


@pytest.mark.parametrize(
    ("definition", "default"),
    [
        ("type: text, default: labs", "labs"),
        ("type: number, default: 5", 5),
        ("type: number, default: 0.5", "0.5"),
        ("type: number_range, default: {from: 1}", {"from": 1, "to": None}),
        ("type: number_range, default: {from: 1.5, to: 2}", {"from": "1.5", "to": 2}),
        ("type: date, default: 2026-01-31", "2026-01-31"),
        ("type: date_range, default: {to: 2026-01-31}", {"from": None, "to": "2026-01-31"}),
        ("type: date_range, default: {preset: last_month}", {"preset": "last_month"}),
        ("type: boolean, default: false", False),
        ("type: select, options: {sql: SELECT 1}, default: 33", 33),
        ("type: select, options: {sql: SELECT 1}, default: fr", "fr"),
        ("type: select, options: {sql: SELECT 1}, default: true", True),
        ("type: select, multiple: true, options: {sql: SELECT 1}, default: [33, fr]", [33, "fr"]),
        ("type: values, default: [a, b]", ["a", "b"]),
    ],
)
def test_it_shows_a_default_in_the_shape_of_a_criterions_value(definition: str, default: Any) -> None:
    shown = criterion(f"{{{definition}, column: a}}")["default"]

    assert shown == default
    assert type(shown) is type(default)


@pytest.mark.parametrize(
    ("name", "kind", "shape"),
    [
        ("id", "integer", "identifier"),
        ("comp_id", "integer", "identifier"),
        ("ID", "integer", "identifier"),
        ("order_no", "integer", "identifier"),
        ("phone_number", "decimal", "identifier"),
        ("year", "integer", "identifier"),
        ("founding_year", "integer", "identifier"),
        ("employees", "integer", "quantity"),
        ("paid", "decimal", "quantity"),
        ("ratio", "float", "quantity"),
        ("id", "text", None),
        ("created_on", "date", None),
        ("active", "boolean", None),
    ],
)
def test_it_takes_numbers_for_quantities_unless_their_name_identifies(name: str, kind: str, shape: str | None) -> None:
    assert column(name, kind)["format"] == shape


def test_it_shows_a_column_as_the_author_styled_it() -> None:
    top = 'columns:\n  emails: {label: All emails, split: "¤", format: email, hidden: true}'

    assert column("emails", "text", top) == {
        "name": "emails",
        "label": "All emails",
        "type": "text",
        "format": "email",
        "split": "¤",
        "hidden": True,
        "summary": False,
        "criterion": None,
    }


def test_it_shows_texts_in_the_users_language_and_else_in_the_first_that_there_is() -> None:
    one = interface(
        "size: {type: number, column: size, label: {en: Size, fr: Taille}, help: {fr: En personnes.}}",
        top="group: {es: Ventas, fr: Ventes}\ncolumns: {size: {label: {fr: Taille}}}",
    )

    shown = serializers.serialize_form(
        one, [Column("size", "integer"), Column("other_size", "integer")], "en", options_url
    )

    assert (shown["criteria"][0]["label"], shown["criteria"][0]["help"]) == ("Size", "En personnes.")
    assert [column["label"] for column in shown["columns"]] == ["Taille", "Other size"]
    assert serializers.serialize_interface(one, "fr")["group"] == "Ventes"
    assert serializers.serialize_interface(one, "en")["group"] == "Ventas"


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_every_form_can_be_written_as_json(path: Any) -> None:
    loaded = load_file(path)
    assert isinstance(loaded, Interface)

    assert orjson.dumps(serializers.serialize_form(loaded, [], "en", options_url))
