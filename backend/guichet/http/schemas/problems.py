"""The bodies of errors."""

from __future__ import annotations

from pydantic import BaseModel, Field

from guichet.http.schemas.shape import Shape


class InputFault(Shape):
    """What is wrong with one place of a request."""

    pointer: str = Field(description="A JSON pointer into the request's body.")
    detail: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str = Field(description="Quote it when you report the problem; the log has it too.")
    retryable: bool = Field(description="Whether the same request may succeed later; see Retry-After.")
    errors: list[InputFault] | None = None
    line: int | None = Field(default=None, description="The line of an uploaded file that can't be read.")
