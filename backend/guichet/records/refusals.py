"""What a user is told when a constraint refuses a record: which field, and why, in their language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guichet import errors
from guichet.interfaces.interface import Record
from guichet.language import Language, pick
from guichet.records import values
from guichet.records.fields import Field
from guichet.sources.protocol import Source

Words = Mapping[Language, str]

# By kind of constraint; `other` stands for all that have none here.
SENTENCES: Mapping[str, Words] = {
    "unique": {
        "en": "There is another one with the same {labels}.",
        "fr": "Il y en a déjà un avec la même valeur pour : {labels}.",
        "es": "Ya hay otro con el mismo valor en: {labels}.",
    },
    "foreign_key": {
        "en": "What is chosen here no longer exists.",
        "fr": "Ce qui est choisi ici n’existe plus.",
        "es": "Lo elegido aquí ya no existe.",
    },
    "not_null": {"en": "This must be filled in.", "fr": "Ce champ doit être rempli.", "es": "Hay que rellenarlo."},
    "check": {
        "en": "The database has a rule against this value ({constraint}).",
        "fr": "Une règle de la base de données interdit cette valeur ({constraint}).",
        "es": "Una regla de la base de datos prohíbe este valor ({constraint}).",
    },
    "exclusion": {
        "en": "This overlaps with another one ({constraint}).",
        "fr": "Cela chevauche un autre ({constraint}).",
        "es": "Esto se solapa con otro ({constraint}).",
    },
    "other": {
        "en": "The database refuses this ({constraint}).",
        "fr": "La base de données le refuse ({constraint}).",
        "es": "La base de datos lo rechaza ({constraint}).",
    },
}
REFERRED_TO: Words = {
    "en": "Other data still refers to it ({table}), so it can’t be deleted.",
    "fr": "D’autres données y renvoient encore ({table}) : il ne peut pas être supprimé.",
    "es": "Otros datos todavía remiten a él ({table}), así que no se puede borrar.",
}


def explain(
    error: errors.ConstraintError,
    record: Record,
    fields: Mapping[str, Field],
    source: Source,
    language: Language,
) -> errors.RefusedError:
    """Make of a constraint's error one that points to the fields it is about.

    Where it is about none of them, it points to the record as a whole.
    """
    concerned = concerned_fields(fields, error.table, _columns(error, source))
    labels = " + ".join(field.about.label(language) for field in concerned)
    own = record.definition.constraints.get(error.constraint)
    sentence = pick(own, language) or SENTENCES.get(error.kind, SENTENCES["other"])[language]
    named = error.constraint or error.column
    detail = sentence if own else sentence.format(labels=labels or named, constraint=named)
    pointers = [values.pointer(field.name) for field in concerned] or [""]
    return errors.RefusedError([errors.Fault(pointer, detail) for pointer in pointers])


def explain_deletion(error: errors.ConstraintError, record: Record, language: Language) -> errors.RefusedError:
    """Make of a constraint's error the reason why a record can't be deleted."""
    own = pick(record.definition.constraints.get(error.constraint), language)
    sentence = REFERRED_TO if error.kind in ("foreign_key", "restrict") else SENTENCES["other"]
    table = error.table.rsplit(".", 1)[-1]
    detail = own or sentence[language].format(table=table, constraint=error.constraint)
    return errors.RefusedError([errors.Fault("", detail)])


def concerned_fields(fields: Mapping[str, Field], table: str, columns: Sequence[str]) -> list[Field]:
    """Find the fields behind columns of a table: by where they come from, else by their name."""
    concerned = []
    for column in columns:
        field = next(
            (candidate for candidate in fields.values() if _comes_from(candidate, table, column)), fields.get(column)
        )
        if field:
            concerned.append(field)
    return concerned


def _comes_from(field: Field, table: str, column: str) -> bool:
    return field.origin is not None and (field.origin.table, field.origin.column) == (table, column)


def _columns(error: errors.ConstraintError, source: Source) -> list[str]:
    if error.column:
        return [error.column]
    if not (source.catalogue and error.constraint and error.table):
        return []
    return source.catalogue.constrained_columns(error.table, error.constraint)
