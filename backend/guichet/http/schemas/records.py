"""The bodies of records, and the forms that they are edited by."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from guichet.http.schemas.shape import Shape
from guichet.interfaces.model import FieldType


class RecordBody(Shape):
    """What to write into a record."""

    values: dict[str, Any] = Field(
        description="By field. What is left out stays as it is; in a new record it is NULL.",
        examples=[{"name": "Lyon-Gerland", "city": "Lyon", "opened_on": "2009-03-02", "tags": ["biobank"]}],
    )


class RecordSummary(Shape):
    """How the records behind the rows can be edited."""

    title: str = Field(description="What one of them is called.")
    key: list[str] = Field(description="The columns that tell a row's record from all others.")
    editable: bool = Field(description="Whether this user may create and change them, and the portal can.")
    deletable: bool = Field(description="Whether they can be deleted as well.")
    writable: bool = Field(description="False where the portal has no role to write with, for members of the groups.")


class RecordOptions(Shape):
    """Where the options of a record's field are asked for."""

    url: str
    search: bool = Field(description="Whether the list is always searched on the server.")


class RecordFieldForm(Shape):
    """A field of a record."""

    name: str
    type: FieldType
    label: str
    help: str | None
    placeholder: str | None
    required: bool
    default: Any
    max_length: int | None = Field(description="Characters that there is room for.")
    whole: bool = Field(description="Whether only whole numbers go in.")
    is_key: bool = Field(description="Whether it is of the key: chosen for a new record, fixed ever after.")
    choices: list[str] = Field(description="The values of a select that has no list to load; in their order.")
    options: RecordOptions | None


class RecordForm(Shape):
    """The form of a record: its fields, in order."""

    title: str
    key: list[str]
    fields: list[RecordFieldForm]
    time_zone: str = Field(description="The zone of dates with a time.")


class RecordAnswer(Shape):
    """One record, whole."""

    key: str = Field(description="As it stands in the address.")
    values: dict[str, Any] = Field(description="By field, and by column of the key.")
    etag: str = Field(description="The same as the header ETag, for If-Match.")
