"""The bodies of users: what they are told of themselves, and what they and administrators change."""

from __future__ import annotations

from pydantic import Field

from guichet.access.scopes import Scope
from guichet.http.schemas.shape import MOST_OF_A_NAME, Shape

MOST_OF_A_PASSWORD = 1000


class UserChange(Shape):
    """What users may change about themselves."""

    email: str | None


class AddressConfirmation(Shape):
    """The token of the mail that a new address got."""

    token: str = Field(max_length=100)


class Credentials(Shape):
    """A user name and its password."""

    user: str = Field(max_length=MOST_OF_A_NAME)
    password: str = Field(max_length=MOST_OF_A_PASSWORD)


class NewUser(Shape):
    """A user to be added. The password is for them to change."""

    user: str = Field(max_length=MOST_OF_A_NAME)
    password: str = Field(max_length=MOST_OF_A_PASSWORD)


class PasswordChange(Shape):
    """A new password, and the one that it takes the place of."""

    current: str = Field(max_length=MOST_OF_A_PASSWORD)
    password: str = Field(max_length=MOST_OF_A_PASSWORD, description="The new one.")


class UserAnswer(Shape):
    """Who asks, and what they may do."""

    user: str
    groups: list[str]
    email: str | None
    email_pending: str | None = Field(description="The address that was asked for, and is not confirmed yet.")
    mails: bool = Field(description="Whether the portal sends mails.")
    archive_passwords: bool = Field(description="Whether archives can have a password.")
    author: bool = Field(description="Whether this user is told what is wrong with broken definitions.")
    administrator: bool = Field(description="Whether this user may add others.")
    scopes: list[Scope] = Field(description="What this sign-in is good for; a password is for everything.")
    today: str = Field(description="The day that it is in the portal's time zone.")
    time_zone: str
    version: str = Field(description="Of the portal.")


class AddedUser(Shape):
    """A user who was added."""

    user: str
