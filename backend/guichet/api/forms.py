"""How interfaces, columns and criteria are shown: plain values in the API's shapes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from guichet.interfaces.interface import BrokenInterface, Criterion, Interface, label_of
from guichet.sources.columns import Column

NUMBERS = ("integer", "decimal", "float")


def summary(one: Interface | BrokenInterface) -> dict[str, Any]:
    """Shows an interface in the left panel."""
    if isinstance(one, BrokenInterface):
        problem = "\n".join(str(problem) for problem in one.problems)
        return {
            "id": one.id,
            "title": one.title,
            "group": "Out of order",
            "description": "",
            "available": False,
            "problem": problem,
        }
    definition = one.definition
    return {
        "id": one.id,
        "title": definition.title,
        "group": definition.group,
        "description": definition.description,
        "available": True,
        "problem": None,
    }


def form(interface: Interface, columns: Sequence[Column], options_url: Any) -> dict[str, Any]:
    """Shows an interface's form.

    :param options_url: makes the URL of a criterion's option list from its name.
    """
    definition, limits = interface.definition, interface.limits
    return {
        "id": interface.id,
        "version": interface.version,
        "title": definition.title,
        "group": definition.group,
        "description": definition.description,
        "source": interface.source,
        "filename": interface.filename,
        "require_one": definition.require_one,
        "criteria": [_criterion(one, options_url) for one in interface.criteria.values()],
        "columns": result_columns(interface, columns),
        "limits": {
            "display_rows": limits.display_rows,
            "interactive_seconds": limits.interactive_seconds,
            "extract_rows": limits.extract_rows,
        },
    }


def result_columns(interface: Interface, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Shows the columns of a result, with the author's labels and formats."""
    return [_column(interface, column) for column in columns]


def _column(interface: Interface, column: Column) -> dict[str, Any]:
    style = interface.definition.columns.get(column.name)
    return {
        "name": column.name,
        "label": style.label if style and style.label else label_of(column.name),
        "type": column.type,
        "format": style.format if style and style.format else _default_format(column),
        "split": style.split if style else None,
        "hidden": style.hidden if style else False,
    }


def _default_format(column: Column) -> str | None:
    """Numbers are quantities, but for those whose name says that they identify something."""
    if column.type not in NUMBERS:
        return None
    named = column.name.lower()
    return "identifier" if named == "id" or named.endswith(("_id", "_no", "_number", "year")) else "quantity"


def _criterion(one: Criterion, options_url: Any) -> dict[str, Any]:
    definition = one.definition
    return {
        "name": one.name,
        "type": one.type,
        "label": one.label,
        "help": definition.help,
        "placeholder": definition.placeholder,
        "required": definition.required,
        "default": _default(definition.default),
        "multiple": one.multiple,
        "negatable": one.negatable,
        "match": definition.match if definition.type == "text" else None,
        "options": {
            "url": options_url(one.name),
            "depends_on": list(one.options.depends_on),
            "search": one.options.search,
        }
        if one.options
        else None,
    }


def _default(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {name: _default(part) for name, part in value.model_dump(by_alias=True).items()}
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
