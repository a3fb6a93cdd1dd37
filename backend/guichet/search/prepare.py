"""From criteria as they were given to a search that can be run: the one way, for the page, files, rows and extracts.

Values that can't be in the source are left out and counted, for every type, by asking the source itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from guichet import errors
from guichet.criteria_types.operands import InputLimits, ListRef, list_texts
from guichet.interfaces.interface import Criterion, Interface
from guichet.messages import say
from guichet.portal_db.database import PortalDatabase
from guichet.search import criteria as search_criteria
from guichet.search import value_list_binding
from guichet.search.catalogue import ColumnCatalogue
from guichet.search.criteria import Criteria, Filled
from guichet.search.error_attribution import blaming
from guichet.search.execution import Search
from guichet.search.options import OptionSearch
from guichet.search.value_list_binding import ALL_FIT, LookedFor, PastedList, Unfit, UsedList
from guichet.sources.columns import Column
from guichet.sources.protocol import Session, Source

# So many values are sent at once.
BATCH_VALUES = 50_000


@dataclass(frozen=True)
class Ground:
    """What a search stands on beside its interface.

    :param database: returns the portal database, which is needed for value lists alone.
    :param owner: whose lists these are.
    """

    source: Source
    catalogue: ColumnCatalogue
    limits: InputLimits
    owner: str
    database: Callable[[], PortalDatabase]


def prepare(
    interface: Interface,
    raw_criteria: Mapping[str, Any],
    ground: Ground,
    columns: Callable[[], Sequence[Column]],
    *,
    columns_needed: bool = True,
) -> Search:
    """Make the search of criteria as they were given.

    :param columns: asks for those of the result.
    :param columns_needed: whether there is no answer without them; else a search of a locked table has none.
    :raises CriteriaError: if they are wrong.
    :raises InterfaceBrokenError: if the interface's SQL fails in the source.
    """
    criteria = search_criteria.read(interface, raw_criteria, ground.limits)
    with blaming(interface):
        search = Search(interface, criteria, ground.source, columns())
    try:
        return _fit_search(search, raw_criteria, ground)
    except errors.QueryTimeoutError:
        if columns_needed:
            raise
        return replace(search, columns=())  # nothing is run without columns, so nothing by what is not known


def prepare_options(
    interface: Interface, criterion: Criterion, raw_criteria: Mapping[str, Any], ground: Ground
) -> OptionSearch:
    """Make the search for a select's options, by the criteria that the list depends on.

    :raises CriteriaError: if they are wrong.
    """
    criteria = search_criteria.read_some(interface, raw_criteria, ground.limits)
    return _fit_search(OptionSearch(interface, criteria, ground.source, (), criterion=criterion), raw_criteria, ground)


def find_lists(interface: Interface, criteria: Criteria, ground: Ground) -> dict[str, UsedList]:
    """Find the user's value lists that criteria are filled by.

    :raises CriteriaError: if one is gone, or another user's.
    """
    if not any(isinstance(filled.value, ListRef) for filled in criteria.values()):
        return {}
    with blaming(interface):
        return value_list_binding.find_used_lists(
            ground.database(), interface, criteria, ground.owner, _type_of(interface, ground)
        )


def refuse_too_large(search: Search, estimated_rows: int | None) -> None:
    """Refuse to begin what is far beyond the rows that may be extracted.

    :raises TooLargeError: if the planner expects more than twice as many.
    """
    most = search.interface.limits.extract_rows
    if estimated_rows is not None and estimated_rows > 2 * most:
        raise errors.TooLargeError(
            say(
                "The result has about {count} rows; this form may extract {most}. Refine the criteria.",
                count=estimated_rows,
                most=most,
            )
        )


def fit_to_columns(interface: Interface, source: Source, criteria: Criteria, catalogue: ColumnCatalogue) -> Criteria:
    """Have numbers compared in the type of their column: as a `real`, 0.1 is another number than as a `numeric`."""
    fitted = {}
    for name, filled in criteria.items():
        ask_type = partial(_ask_number_type, interface, source, catalogue, name)
        value = interface.criteria[name].definition.fit(name, filled.value, ask_type, interface.dialect)
        fitted[name] = replace(filled, value=value)
    return fitted


AnySearch = TypeVar("AnySearch", bound=Search)


def _fit_search(search: AnySearch, raw_criteria: Mapping[str, Any], ground: Ground) -> AnySearch:
    """Give a search what its criteria need: value lists, and nothing that can't be in the source."""
    interface, criteria = search.interface, search.criteria
    used = find_lists(interface, criteria, ground)
    pasted = value_list_binding.find_pasted(interface, criteria, raw_criteria, _type_of(interface, ground))
    listed: list[LookedFor] = [*used.values(), *pasted.values()]
    asked = [use for use in listed if use.reading.kind == value_list_binding.TEXT]
    texts = {name: list_texts(filled.value) for name, filled in criteria.items() if name not in pasted}
    if asked or not all(text.isascii() for some in texts.values() for text in some):
        with blaming(interface), ground.source.session(interface.limits.interactive_seconds) as session:
            unfit = {use.criterion: _find_unfit(session, use, ground) for use in asked}
            missing = session.missing_characters([text for some in texts.values() for text in some])
        used = {name: use.leave_out(unfit[name]) if name in unfit else use for name, use in used.items()}
        pasted = {name: use.leave_out(unfit[name]) if name in unfit else use for name, use in pasted.items()}
        criteria = _mark_impossible(interface, criteria, {name for name in texts if missing}, missing)
    criteria = value_list_binding.leave_out_unreadable(criteria, pasted)
    return replace(
        search,
        criteria=fit_to_columns(interface, ground.source, criteria, ground.catalogue),
        lists=used,
        placed=value_list_binding.place_lists(used, ground.source),
        pasted=pasted,
    )


def _find_unfit(session: Session, listed: LookedFor, ground: Ground) -> Unfit:
    """Ask which values of a list can't be in the source; of a list that is kept, once a minute."""
    if listed.dialect.is_text(listed.type) and session.holds_every_character:
        return ALL_FIT
    if isinstance(listed, PastedList):
        return _ask_unfit(session, listed.keys, listed)
    key = (ground.source.name, listed.hash, listed.reading, listed.type)
    return ground.catalogue.unfit(key, lambda: _ask_unfit(session, listed.texts(), listed))


def _ask_unfit(session: Session, values: Iterable[str], listed: LookedFor) -> Unfit:
    malformed: set[str] = set()
    absent: set[str] = set()
    waiting = iter(values)
    while some := list(islice(waiting, BATCH_VALUES)):
        missing = session.missing_characters(some)
        impossible = {value for value in some if not missing.isdisjoint(value)} if missing else set()
        absent |= impossible
        if not listed.dialect.is_text(listed.type):
            possible = [value for value in some if value not in impossible]
            malformed |= session.malformed_values(possible, listed.type)
    return Unfit(frozenset(malformed), frozenset(absent), marked=not session.holds_every_character)


def _mark_impossible(
    interface: Interface, criteria: Criteria, names: Collection[str], missing: frozenset[str]
) -> Criteria:
    """Mark the values that can't be in the source, whose encoding misses some of their characters.

    :raises CriteriaError: if such a value is bound in the author's own SQL, which alone knows what it means.
    """
    return {
        name: _mark_impossible_value(interface, name, filled, missing) if name in names else filled
        for name, filled in criteria.items()
    }


def _mark_impossible_value(interface: Interface, name: str, filled: Filled, missing: frozenset[str]) -> Filled:
    value = filled.value
    if isinstance(value, tuple):
        kept = tuple(text for text in value if not isinstance(text, str) or missing.isdisjoint(text))
        return replace(filled, value=kept)
    if all(missing.isdisjoint(text) for text in list_texts(value)):
        return filled
    if _is_bound(interface, name):
        character = next(character for text in list_texts(value) for character in text if character in missing)
        detail = say("“{character}” is a character that this database does not have.", character=character)
        raise errors.CriteriaError([errors.Fault(f"/criteria/{name}", detail)])
    return replace(filled, absent=True)


def _is_bound(interface: Interface, name: str) -> bool:
    """Tell whether SQL that is more than a column to compare with binds a criterion."""
    others = [part for criterion in interface.criteria.values() for part in (criterion.column, criterion.where) if part]
    return any(name in template.binds for template in (interface.template, *others))


def _ask_number_type(
    interface: Interface, source: Source, catalogue: ColumnCatalogue, name: str, bind: str
) -> str | None:
    """Return the type that a number is compared as; None where the database can't tell."""
    sample = Filled(interface.criteria[name].definition.sample)
    try:
        return catalogue.value_type(interface, source, name, sample, bind).name
    except (errors.InvalidValueError, errors.QueryFailedError):
        return None


def _type_of(interface: Interface, ground: Ground) -> value_list_binding.TypeOf:
    return lambda name: ground.catalogue.list_type(interface, ground.source, name)
