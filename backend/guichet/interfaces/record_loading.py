"""The `record` and `alias` of a definition: what needs more than one key of them, checked."""

from __future__ import annotations

from guichet.criteria_types.option_lists import Choice, OptionsDefinition
from guichet.interfaces import model
from guichet.interfaces.draft import Draft
from guichet.interfaces.interface import OptionList, Record, RecordField
from guichet.sql.template import Template

# Addresses that are the portal's own: the page's (src/router.ts), nginx's, and the server's.
TAKEN = frozenset(
    f"/{name}"
    for name in (
        *("account", "api-docs", "extracts", "interfaces"),
        *("archives", "assets", "config", "signed-in"),
        *("api", "healthz", "metrics", "readyz"),
    )
)


def build_record(draft: Draft, definition: model.RecordDefinition) -> Record:
    """Take a record's SQL apart and check it; what is wrong is told to the draft."""
    record = Record(
        definition=definition,
        key=tuple(definition.key),
        select=draft.query(definition.select, "record", "select"),
        writes={
            name: draft.template(sql, "record", name)
            for name, sql in (
                ("upsert", definition.upsert),
                ("insert", definition.insert),
                ("update", definition.update),
            )
            if sql
        },
        delete=draft.template(definition.delete, "record", "delete") if definition.delete else None,
        fields={name: _build_field(draft, name, field) for name, field in definition.fields.items()},
        dialect=draft.dialect,
    )
    _check_key(draft, record)
    _check_writes(draft, record)
    return record


def check_alias(draft: Draft, definition: model.Definition) -> None:
    """Find short addresses that can't be had."""
    alias = definition.alias
    if alias is None:
        return
    if alias.record and definition.record is None:
        draft.problem("there are no records to find at this address: `record` is missing", "alias", "record")
    if alias.rows is None and alias.record is None:
        draft.problem("`alias` needs `rows`, `record`, or both", "alias")
    for key, address in (("rows", alias.rows), ("record", alias.record)):
        if address in TAKEN:
            draft.problem(f"{address} is an address of the portal itself", "alias", key)
    if alias.rows and alias.rows == alias.record:
        draft.problem("`rows` and `record` need different addresses", "alias", "record")


def _build_field(draft: Draft, name: str, definition: model.RecordFieldDefinition) -> RecordField:
    keys = ("record", "fields", name)
    if definition.options and definition.type not in (None, "select"):
        draft.problem(f"a field of type `{definition.type}` has no `options`: make it a select", *keys, "type")
    if isinstance(definition.default, list) and definition.type not in (None, "list"):
        draft.problem("a list as `default` needs `type: list`", *keys, "default")
    return RecordField(
        name, definition, _build_options(draft, name, definition.options) if definition.options else None
    )


def _build_options(draft: Draft, name: str, definition: OptionsDefinition | list[Choice]) -> OptionList:
    if isinstance(definition, list):
        return OptionList(Template(()), choices=tuple(definition))
    keys = ("record", "fields", name, "options", "sql")
    parsed = draft.query(definition.sql, *keys)
    if parsed.binds:
        draft.problem("the options of a field can't depend on others: nothing is bound here", *keys)
    if definition.missing is not None:
        draft.problem(
            "`missing` is for a select that is searched by: a field is left empty instead", *keys[:-1], "missing"
        )
    return OptionList(parsed, tuple(definition.first), definition.search)


def _check_key(draft: Draft, record: Record) -> None:
    if len(set(record.key)) < len(record.key):
        draft.problem("a column stands twice in `key`", "record", "key")
    for key, parsed, what in (("select", record.select, "read"), ("delete", record.delete, "delete")):
        if parsed is None:
            continue
        draft.check_binds(parsed, record.key, "record", key, owner="column of the `key`")
        for name in _find_unbound(record.key, parsed):
            draft.problem(f"`{key}` does not bind :{name}, so it would {what} other records too", "record", key)


def _check_writes(draft: Draft, record: Record) -> None:
    if set(record.writes) not in ({"upsert"}, {"insert", "update"}):
        draft.problem("a record is written by `upsert` alone, or by `insert` and `update`", "record")
    known = {*record.fields, *record.key}
    for name, template in record.writes.items():
        draft.check_binds(template, known, "record", name, owner="field")
        for part in _find_unbound(record.key, template):
            draft.problem(f"`{name}` does not bind :{part}, so it could not change that record alone", "record", name)
        for field in _find_unbound(tuple(record.fields), template):
            if field not in record.key:
                detail = f"`{name}` does not bind :{field}, so what the user fills in would not matter"
                draft.problem(detail, "record", "fields", field)


def _find_unbound(names: tuple[str, ...], parsed: Template) -> list[str]:
    return [name for name in names if name not in parsed.binds]
