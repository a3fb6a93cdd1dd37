"""The bodies of tokens."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, RootModel

from guichet.access.scopes import TokenScope
from guichet.http.schemas.shape import Shape, trim_name

TokenName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(trim_name)]


class NewToken(Shape):
    """A personal token to be made."""

    name: TokenName = Field(description="What it is for; one's own tokens have different names.")
    scopes: list[TokenScope] = Field(default=["read"], max_length=3, description="`read` is always among them.")
    days: int = Field(default=90, ge=1, le=3650, description="How long it is good: PERSONAL_TOKEN_DAYS at most.")


class SignedToken(Shape):
    """A token to send as `Authorization: Bearer …`."""

    token: str
    expires: str


class TokenShape(Shape):
    """What is known of a personal token."""

    id: str
    name: str
    scopes: list[TokenScope]
    created_at: str
    expires_at: str
    last_used_at: str | None = Field(description="To the minute.")
    state: Literal["active", "expired", "stopped"] = Field(description="Stopped: the password was changed since.")


class MadeToken(TokenShape):
    """A new token, shown this once."""

    token: str


class TokenList(RootModel[list[TokenShape]]):
    """The user's personal tokens."""
