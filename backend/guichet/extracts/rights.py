"""Whether the owner of an extract may still see its form.

It is looked at when the extract runs and when it ends, each time its mail is tried, and at each download: a user may
have left a group since they asked, or have been removed, and a definition may be for others by now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guichet import errors
from guichet.access.accounts import User
from guichet.interfaces.interface import BrokenInterface, Interface
from guichet.interfaces.registry import Registry

# Kept in English, and said in the reader's language.
WITHHELD = "You may not see this form any more, so its extracts are withheld."
GONE = "The form of this extract is not there any more, so the extract is withheld."

# Nobody can know at the moment who may have what: that passes.
UNKNOWN = (errors.AccountsError, errors.DefinitionsError, errors.InterfaceBrokenError)


@dataclass(frozen=True)
class Rights:
    """Who may have which extracts, as the files of users, groups and definitions are now.

    :param member: finds a user by name.
    """

    registry: Registry
    member: Callable[[str], User | None]

    def confirm(self, owner: str, interface_id: str) -> None:
        """Make sure that a user may see an interface.

        :raises WithheldError: if they may not, or not any more.
        :raises AccountsError: if the users can't be read.
        :raises InterfaceBrokenError: if its file doesn't say whom it is for.
        """
        interface = self.registry.current().get(interface_id)
        refusal = find_refusal(self.member(owner), interface)
        if refusal:
            raise errors.WithheldError(refusal)
        if isinstance(interface, BrokenInterface) and interface.groups == frozenset():
            raise errors.InterfaceBrokenError(interface.id, [str(problem) for problem in interface.problems])


def find_refusal(user: User | None, interface: Interface | BrokenInterface | None) -> str | None:
    """Tell why a user may not have the extracts of an interface, or return None."""
    if interface is None:
        return GONE
    if isinstance(interface, BrokenInterface) and interface.groups == frozenset():
        return None if user else WITHHELD  # nobody can know whom it is for until it is mended
    if user is None or (interface.groups is not None and user.groups.isdisjoint(interface.groups)):
        return WITHHELD
    return None
