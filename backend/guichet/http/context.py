"""What a view needs of its surroundings: the portal, and who is asking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app, g, request

from guichet import errors
from guichet.access.accounts import User
from guichet.access.scopes import Scope
from guichet.authoring import error_location
from guichet.criteria_types.operands import InputLimits
from guichet.http.serializers import RecordRights
from guichet.interfaces.interface import BrokenInterface, DefinitionProblem, Interface
from guichet.language import LANGUAGES, Language
from guichet.messages import say
from guichet.portal import Portal
from guichet.portal_db.database import PortalDatabase
from guichet.records.records import Records
from guichet.search.error_attribution import blaming
from guichet.sources.columns import Column
from guichet.sources.protocol import RecordWriter, Source


def portal() -> Portal:
    """Return the portal that this application serves."""
    return cast(Portal, current_app.extensions["guichet"])


def user() -> User:
    """Return who asks."""
    return cast(User, g.user)


def may(scope: Scope) -> bool:
    """Tell whether this sign-in is good for that; a password is for everything."""
    return scope in g.scopes


def is_author() -> bool:
    """Tell whether who asks may see how forms are made, and what is wrong with them."""
    return portal().settings.author_group in user().groups


def is_administrator() -> bool:
    """Tell whether who asks may see what operators see."""
    return portal().settings.admin_group in user().groups


def may_see(interface: Interface | BrokenInterface) -> bool:
    """Tell whether who asks may see a form."""
    if isinstance(interface, BrokenInterface) and is_author():
        return True
    return interface.groups is None or not user().groups.isdisjoint(interface.groups)


def list_visible_interfaces() -> list[Interface | BrokenInterface]:
    """List the interfaces that the user may see; broken ones are for authors."""
    interfaces = portal().registry.current().values()
    return [
        interface
        for interface in interfaces
        if (may_see(interface) if isinstance(interface, Interface) else is_author())
    ]


def get_interface(interface_id: str) -> Interface:
    """Return an interface that the user may see.

    :raises NotFoundError: if there is none, or it is for others.
    :raises InterfaceBrokenError: if its definition has faults.
    """
    interface = portal().registry.current().get(interface_id)
    if interface is None or not may_see(interface):
        raise errors.NotFoundError(say("There is no form “{id}”.", id=interface_id))
    if isinstance(interface, BrokenInterface):
        raise errors.InterfaceBrokenError(interface.id, [str(problem) for problem in interface.problems])
    return interface


def locate_sql_error(interface: Interface, error: errors.QueryFailedError) -> DefinitionProblem:
    """Say at which line of its file an interface's SQL failed in the database."""
    return error_location.locate_problem(interface, error, portal().settings.portal_dir)


def mark_broken(interface: Interface | BrokenInterface) -> Interface | BrokenInterface:
    """Return an interface, as a broken one where its author should see that its SQL fails in the database."""
    error = portal().catalogue.failure(interface) if isinstance(interface, Interface) and is_author() else None
    if error is None or isinstance(interface, BrokenInterface):
        return interface
    return BrokenInterface(interface.id, interface.title(get_language()), (locate_sql_error(interface, error),))


def get_source(interface: Interface) -> Source:
    """Return the source that a form reads."""
    return portal().sources[interface.source]


def get_columns(interface: Interface) -> Sequence[Column]:
    """Return the columns of an interface's result.

    :raises InterfaceBrokenError: if its SQL fails in the source.
    :raises SourceError: if the source has to be asked and doesn't answer.
    """
    with blaming(interface):
        return portal().catalogue.columns(interface, get_source(interface))


def get_columns_if_known(interface: Interface) -> Sequence[Column]:
    """Return the columns of an interface's result; none while a table is locked, so that nobody knows them."""
    try:
        return get_columns(interface)
    except errors.QueryTimeoutError:
        return ()


def get_records(interface: Interface) -> Records:
    """Return the records of an interface.

    :raises NotFoundError: if its definition has none.
    :raises InterfaceBrokenError: if its SQL fails in the source, or yields other columns than it should.
    """
    if interface.record is None:
        raise errors.NotFoundError(say("The form “{id}” has no records to read one by one.", id=interface.id))
    source = get_source(interface)
    with blaming(interface):
        layout = portal().layouts.get(interface, source)
    if layout.missing:
        raise errors.InterfaceBrokenError(interface.id, [f"`select` has no column `{name}`" for name in layout.missing])
    return Records(interface, interface.record, layout, source, get_language())


def get_record_rights(interface: Interface) -> RecordRights:
    """Tell what the user may do with an interface's records."""
    groups = interface.record.groups if interface.record else frozenset[str]()
    can_write = interface.source in portal().writers and get_source(interface).capabilities.writes
    return RecordRights(not groups.isdisjoint(user().groups), can_write)


def get_writer(interface: Interface) -> RecordWriter:
    """Return the way to write an interface's records.

    :raises NotAllowedError: if the user may not, or nobody can.
    """
    if not get_record_rights(interface).may_edit:
        raise errors.NotAllowedError("Your groups may look at these records, and not change them.")
    if not get_source(interface).capabilities.writes:
        raise errors.NotAllowedError("These records can only be read: their database takes no changes.")
    writer = portal().writers.get(interface.source)
    if writer is None:
        variable = f"SOURCE_{interface.source.upper()}_WRITE_URL"
        raise errors.NotAllowedError(
            say("These records can only be read: the operator has not set {variable}.", variable=variable)
        )
    return writer


def get_input_limits() -> InputLimits:
    """Return how much a request may bring."""
    settings = portal().settings
    return InputLimits(settings.text_limit, settings.values_limit, get_today())


def get_today() -> date:
    """Return the day that it is in the portal's time zone, by which presets such as “this month” are reckoned."""
    return datetime.now(ZoneInfo(portal().settings.time_zone)).date()


def get_language() -> Language:
    """Return the language of the answer: the one of ours that the client likes best."""
    return cast(Language, request.accept_languages.best_match(LANGUAGES, default="en"))


def get_portal_database() -> PortalDatabase:
    """Return the portal database.

    :raises PortalDatabaseError: if there is none.
    """
    database = portal().portal_database
    if database is None:
        raise errors.PortalDatabaseError("The portal has no database of its own: PORTAL_DATABASE_URL is not set.")
    register = portal().account_register
    if register:
        register.update()
    return database


def get_email() -> str | None:
    """Return the address that the user's mails go to: their own while mails may go there, else USER_EMAIL."""
    own = _find_profile_value("email")
    return own if portal().settings.recipients.may_get(own) else portal().settings.user_email


def get_pending_email() -> str | None:
    """Return the address that the user asked for and has not confirmed yet."""
    return _find_profile_value("pending_email")


def _find_profile_value(name: str) -> str | None:
    try:
        with get_portal_database().transaction() as transaction:
            profile = transaction.find("profiles.of_user", user=user().name)
    except errors.PortalDatabaseError:
        return None
    return profile[name] if profile else None
