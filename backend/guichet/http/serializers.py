"""How interfaces, columns and criteria are shown: plain values in the API's shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from guichet.interfaces.interface import BrokenInterface, Criterion, Interface
from guichet.language import Language, pick
from guichet.records.fields import Field, Layout
from guichet.sources.columns import Column

OptionsUrl = Callable[[str], str]

NUMBERS = ("integer", "decimal", "float")


def serialize_interface(interface: Interface | BrokenInterface, language: Language) -> dict[str, Any]:
    """Show an interface in the left panel."""
    if isinstance(interface, BrokenInterface):
        problem = "\n".join(str(problem) for problem in interface.problems)
        return {
            "id": interface.id,
            "title": interface.title,
            "group": "Out of order",
            "description": "",
            "available": False,
            "problem": problem,
        }
    definition = interface.definition
    return {
        "id": interface.id,
        "title": interface.title(language),
        "group": pick(definition.group, language),
        "description": pick(definition.description, language) or "",
        "available": True,
        "problem": None,
    }


@dataclass(frozen=True)
class RecordRights:
    """What a user may do with records: whether they are in the right groups, and whether the portal can write."""

    may_edit: bool = False
    can_write: bool = False


NO_RIGHTS = RecordRights()


def serialize_form(
    interface: Interface,
    columns: Sequence[Column],
    language: Language,
    options_url: OptionsUrl,
    rights: RecordRights = NO_RIGHTS,
    absent: Sequence[str] = (),
) -> dict[str, Any]:
    """Show an interface's form.

    :param absent: what its database can't do.
    :param options_url: makes the URL of a criterion's option list from its name.
    """
    definition, limits = interface.definition, interface.limits
    return {
        "id": interface.id,
        "version": interface.version,
        "title": interface.title(language),
        "group": pick(definition.group, language),
        "description": pick(definition.description, language) or "",
        "source": interface.source,
        "absent": list(absent),
        "filename": interface.filename,
        "require_one": definition.require_one,
        "criteria": [
            _serialize_criterion(criterion, language, options_url) for criterion in interface.criteria.values()
        ],
        "columns": serialize_columns(interface, columns, language),
        "record": _serialize_record(interface, language, rights),
        "limits": {
            "display_rows": limits.display_rows,
            "interactive_seconds": limits.interactive_seconds,
            "extract_rows": limits.extract_rows,
        },
    }


def _serialize_record(interface: Interface, language: Language, rights: RecordRights) -> dict[str, Any] | None:
    if interface.record is None:
        return None
    editable = rights.may_edit and rights.can_write
    return {
        "title": interface.record_title(language),
        "key": list(interface.record.key),
        "editable": editable,
        "deletable": editable and interface.record.delete is not None,
        "writable": rights.can_write or not rights.may_edit,
    }


def serialize_record_form(
    interface: Interface, layout: Layout, language: Language, options_url: OptionsUrl, time_zone: str
) -> dict[str, Any]:
    """Show the form of a record."""
    assert interface.record is not None
    key = interface.record.key
    return {
        "title": interface.record_title(language),
        "key": list(key),
        "fields": [_serialize_field(field, key, language, options_url) for field in layout.fields.values()],
        "time_zone": time_zone,
    }


def _serialize_field(field: Field, key: Sequence[str], language: Language, options_url: OptionsUrl) -> dict[str, Any]:
    definition, options = field.about.definition, field.about.options
    return {
        "name": field.name,
        "type": field.type,
        "label": field.about.label(language),
        "help": pick(definition.help, language),
        "placeholder": pick(definition.placeholder, language),
        "required": field.required,
        "default": definition.default,
        "max_length": field.max_length,
        "whole": field.whole,
        "is_key": field.name in key,
        "choices": list(field.choices) if options is None else [],
        "options": {"url": options_url(field.name), "search": options.search} if options else None,
    }


def serialize_columns(interface: Interface, columns: Sequence[Column], language: Language) -> list[dict[str, Any]]:
    """Show the columns of a result, with the author's labels and formats."""
    return [_serialize_column(interface, column, language) for column in columns]


def _serialize_column(interface: Interface, column: Column, language: Language) -> dict[str, Any]:
    style = interface.definition.columns.get(column.name)
    return {
        "name": column.name,
        "label": interface.column_label(column.name, language),
        "type": column.type,
        "format": style.format if style and style.format else _choose_default_format(column),
        "split": style.split if style else None,
        "hidden": style.hidden if style else False,
        "summary": style.summary if style else False,
        "criterion": style.criterion if style else None,
    }


def _choose_default_format(column: Column) -> str | None:
    """Take numbers for quantities, but for those whose name says that they identify something."""
    if column.type not in NUMBERS:
        return None
    named = column.name.lower()
    return "identifier" if named == "id" or named.endswith(("_id", "_no", "_number", "year")) else "quantity"


def _serialize_criterion(criterion: Criterion, language: Language, options_url: OptionsUrl) -> dict[str, Any]:
    definition = criterion.definition
    return {
        "name": criterion.name,
        "type": criterion.type,
        "label": criterion.label(language),
        "help": pick(definition.help, language),
        "placeholder": pick(definition.placeholder, language),
        "required": definition.required,
        "default": definition.serialize_default(),
        "multiple": criterion.multiple,
        "negatable": criterion.negatable,
        "operators": list(criterion.operators),
        "match": None,
        "normalize": None,
        "addresses": criterion.takes_addresses,
        "options": {
            "url": options_url(criterion.name),
            "depends_on": list(criterion.options.depends_on),
            "search": criterion.options.search,
        }
        if criterion.options
        else None,
        **definition.serialize_keys(),
    }
