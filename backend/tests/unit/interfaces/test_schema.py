"""The JSON Schema by which editors complete and check a definition says what the code says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from guichet.interfaces import model
from guichet.interfaces.document import DocumentError, parse_document
from tests.unit.definitions import BAD, GOOD

ROOT = Path(__file__).parents[4]
SCHEMA = model.build_json_schema()
DEMO = sorted((ROOT / "portal").glob("*.y*ml"))


def content(path: Path) -> Any:
    """Reads a definition as an editor does: as JSON, where a date is a text."""
    return _as_json(parse_document(path.read_bytes().decode("utf-8-sig")).values)


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def complaints(value: Any) -> list[str]:
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def is_fault_of_the_model(path: Path) -> bool:
    """Tells whether a key alone is wrong, rather than the file or how keys go together."""
    try:
        model.Definition.model_validate(parse_document(path.read_bytes().decode("utf-8")).values)
    except ValidationError as error:
        # What no schema can say: an order of two values.
        return any(detail["type"] != "value_error" for detail in error.errors())
    except (UnicodeDecodeError, DocumentError):
        return False
    return False


def test_it_is_a_json_schema_of_2020_12() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


def test_the_file_in_the_portal_folder_is_the_codes_own() -> None:
    written = json.loads((ROOT / "portal" / "definition.schema.json").read_text("utf-8"))

    assert written == SCHEMA


@pytest.mark.parametrize("path", [*DEMO, *GOOD], ids=lambda path: path.stem)
def test_it_takes_what_the_portal_takes(path: Path) -> None:
    assert complaints(content(path)) == []


@pytest.mark.parametrize("path", [path for path in BAD if is_fault_of_the_model(path)], ids=lambda path: path.stem)
def test_it_refuses_what_the_model_refuses(path: Path) -> None:
    assert complaints(content(path))


def test_the_demo_has_definitions() -> None:
    assert len(DEMO) >= 5


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_each_definition_of_the_demo_tells_editors_where_the_schema_is(path: Path) -> None:
    assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=./definition.schema.json\n")
