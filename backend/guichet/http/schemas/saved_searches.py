"""The bodies of saved searches."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, RootModel

from guichet.http.schemas.searches import SearchBody, SortBody, Sorts
from guichet.http.schemas.shape import Shape, trim_name

SearchName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(trim_name)]


class NewSavedSearch(SearchBody):
    """A search to keep."""

    interface: str
    name: SearchName
    group: str | None = Field(default=None, description="One of the user's groups, to share it with.")


class SavedSearchChange(Shape):
    """What to change of a kept search."""

    name: SearchName | None = None
    criteria: dict[str, Any] | None = None
    sort: Sorts | None = None
    group: str | None = None


class SavedSearch(Shape):
    """A search that somebody keeps."""

    id: str
    interface: str
    name: str
    criteria: dict[str, Any]
    sort: list[SortBody]
    group: str | None = Field(description="The group that it is shared with.")
    interface_title: str
    owner: str
    mine: bool
    created_at: str
    updated_at: str


class ListedSearch(SavedSearch):
    """A search that somebody keeps, as one of many."""

    criteria: dict[str, Any] | None = Field(  # type: ignore[assignment]  # wider than what is kept
        description="Null where they are long: `GET /saved-searches/{id}` has them."
    )


class SavedSearchList(RootModel[list[ListedSearch]]):
    """The searches that the user keeps, and those that their groups share."""
