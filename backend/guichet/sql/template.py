"""SQL with `:binds` and `{criteria}` places in it, taken apart: what a dialect's lexer makes of an author's text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bind:
    """A `:name`, where a value is bound."""

    name: str


@dataclass(frozen=True)
class CriteriaPlace:
    """A `{criteria}` or `{criteria:name}`, where conditions stand. `name` is None for the first form."""

    name: str | None


@dataclass(frozen=True)
class Template:
    """SQL in parts, in order: plain text, binds and places."""

    parts: tuple[str | Bind | CriteriaPlace, ...]

    @property
    def binds(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Bind))

    @property
    def places(self) -> frozenset[str | None]:
        return frozenset(part.name for part in self.parts if isinstance(part, CriteriaPlace))


class TemplateError(ValueError):
    """SQL that can't be taken apart. `detail` says what to do, `offset` where."""

    def __init__(self, detail: str, offset: int) -> None:
        self.detail = detail
        self.offset = offset
        super().__init__(detail)


class PlaceError(TemplateError):
    """A `{…}` in the SQL that is no place for criteria."""

    def __init__(self, name: str, offset: int) -> None:
        self.found = name
        super().__init__(f"unknown place `{{{name}}}`", offset)
