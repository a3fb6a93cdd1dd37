"""What every kind of database so far says alike: the part of a dialect that a new kind need not write."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from guichet.sources.columns import Column
from guichet.sql import conditions, wrapping
from guichet.sql.statement import Sort, Statement


class StandardDialect(ABC):
    """The beginning of a `Dialect`: a kind adds the rest, and overrides what it says in another way."""

    # What texts are cast to.
    text_type = "VARCHAR"

    constant = staticmethod(conditions.constant)
    join = staticmethod(conditions.join)
    operand = staticmethod(conditions.operand)
    negate = staticmethod(conditions.negate)
    is_null = staticmethod(conditions.is_null)
    count = staticmethod(wrapping.count)
    describe = staticmethod(wrapping.describe)
    select_all = staticmethod(wrapping.select_all)

    def is_blank(self, operand: str, *, negated: bool) -> str:
        """Return the condition of rows without a value or with an empty text, or of the others."""
        return conditions.is_blank(operand, self.text_type, negated=negated)

    def field_value(self, column: Column, text: str) -> Any:
        """Return a field's text as it is bound: as it is, which takes the type of its column."""
        return text

    @staticmethod
    @abstractmethod
    def select(statement: Statement, expressions: Iterable[str], sort: Sequence[Sort], limit: int) -> Statement:
        """Wrap a statement to return expressions over its columns, sorted, up to a number of rows."""

    def select_page(
        self, statement: Statement, expressions: Iterable[str], sort: Sequence[Sort], limit: int, offset: int
    ) -> Statement:
        """Wrap a statement to return expressions over some of its rows, skipping those before them."""
        return wrapping.skip(self.select(statement, expressions, sort, limit), offset)
