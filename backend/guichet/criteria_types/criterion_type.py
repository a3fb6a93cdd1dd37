"""What a type of criterion is: a class of definitions, whose methods say all that its type means to a search.

Its fields are the keys of a definition file. A type that leaves a method as it is takes one value, which is bound
under the criterion's own name and compared by `=`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol, get_args

from pydantic import BeforeValidator, Field

from guichet.criteria_types.keys import DefinitionPart, LocalWords, Name, Sql, wrap_in_list
from guichet.criteria_types.operands import EMPTY, InputLimits, Operator, Value, ValueRefusedError
from guichet.criteria_types.option_lists import Choice, OptionsDefinition
from guichet.language import Language, build_label, pick
from guichet.sql.dialect import Dialect

# Of many values, so many are named.
NAMED_VALUES = 5


class Naming(Protocol):
    """How values are called that have a name elsewhere."""

    def label(self, values: Sequence[Any]) -> list[str]:
        """Return the labels of options, or the values as they are."""
        ...

    def name_list(self) -> str:
        """Return the name of the value list that the criterion is filled by, with how many values it has."""
        ...


class CriterionDefinition(DefinitionPart, ABC):
    """A criterion as its author writes it."""

    # What its values are ordered by, for columns that keep such values as text.
    ordered_as: ClassVar[Literal["number", "date"] | None] = None

    # What `guichet check` fills in; it need not be a value of the column where `sample_may_misfit`.
    sample: ClassVar[Value]
    sample_may_misfit: ClassVar[bool] = False
    # Whether a value list can be given as its value.
    takes_lists: ClassVar[bool] = False
    # Whether a row whose column is an empty text has no value either.
    empty_is_blank: ClassVar[bool] = False
    # What follows its name, behind a dot, in the address of an option list that depends on it.
    parameter_ends: ClassVar[tuple[str, ...]] = ("",)
    # The keys of `default`, where it has some, and what is said of one that has none.
    default_part: ClassVar[type[DefinitionPart] | None] = None
    default_rule: ClassVar[str] = ""

    label: LocalWords | None = Field(default=None, description="Shown over the field; made from the name when absent.")
    help: LocalWords | None = Field(default=None, description="A sentence under the field.")
    placeholder: LocalWords | None = Field(default=None, description="Shown in the empty field.")
    required: bool = Field(default=False, description="The form can't be searched without it.")
    negatable: bool = Field(default=True, description="Whether the form offers “is not”.")
    operators: Annotated[
        list[Operator] | None,
        BeforeValidator(wrap_in_list, json_schema_input_type=Operator | list[Operator] | None),
    ] = Field(default=None, description="How it may be asked beside its value alone; absent: in every way of its type.")
    column: Sql | None = Field(default=None, description="The SQL expression that the value is compared with.")
    where: Sql | None = Field(default=None, description="A whole condition with `:name` binds, instead of `column`.")
    in_: Name | None = Field(default=None, alias="in", description="Goes to `{criteria:NAME}` instead of `{criteria}`.")

    if TYPE_CHECKING:  # each type has its own, behind these
        type: str
        default: Any

    @classmethod
    def get_type_name(cls) -> str:
        """Return the name of the type, as `type:` has it."""
        return str(get_args(cls.model_fields["type"].annotation)[0])

    def get_label(self, name: str, language: Language = "en") -> str:
        """Return what stands over the field."""
        return pick(self.label, language) or build_label(name)

    # Its keys

    @property
    def takes_several(self) -> bool:
        """Whether its value is a list."""
        return False

    @property
    def is_pattern(self) -> bool:
        """Whether it finds texts that have a part in common with its value."""
        return False

    @property
    def is_exact_text(self) -> bool:
        """Whether it finds texts that are the same as its value."""
        return False

    @property
    def ignores_accents(self) -> bool:
        """Whether it compares texts without their accents."""
        return False

    @property
    def option_list(self) -> OptionsDefinition | list[Choice] | None:
        """What its values are chosen from; None where they are not."""
        return None

    @property
    def found_column(self) -> str | None:
        """The column of the result where the values stand that were found; None where no key says it."""
        return None

    def takes_addresses(self, name: str) -> bool:
        """Tell whether its values are addresses of mails, of which several may be copied at once, with names."""
        return False

    def list_operators(self) -> tuple[Operator, ...]:
        """Return the ways in which it may be asked, those of its type or those of them that its author left."""
        return ("empty",) if self.operators is None else tuple(self.operators)

    def find_contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with its keys together: the key, and a sentence."""
        for operator in self.operators or ():
            if operator != "empty":
                yield "operators", f"`{operator}` is for texts: a `{self.type}` has `empty` alone"

    def list_queries(self) -> Mapping[tuple[str, ...], str]:
        """Return the queries among its keys, but for that of its options, by the keys that lead to each."""
        return {}

    # Its values

    @abstractmethod
    def read(self, name: str, raw: Any, limits: InputLimits) -> Value | None:
        """Read a JSON value; None where nothing is filled in.

        :raises ValueRefusedError: if it is no value of this type.
        """

    def read_operator(self, operator: Operator, name: str, raw: Any, limits: InputLimits) -> Value | None:
        """Read the JSON value that stands below an operator of its own; None where nothing is filled in.

        :raises ValueRefusedError: if it can't be asked so.
        """
        if raw is not True:
            raise ValueRefusedError("“empty” is true; for rows with a value, put “not” around it.")
        return EMPTY

    def list_operator_samples(self) -> list[Value]:
        """Return what `guichet check` fills in beside the sample: one value for each other way to ask."""
        return [EMPTY] if "empty" in self.list_operators() else []

    def read_parameters(self, texts: Sequence[str]) -> Any:
        """Return the JSON value that texts of an address stand for."""
        return list(texts) if self.takes_several else texts[-1]

    def serialize_default(self) -> Any:
        """Return the default as JSON has it."""
        return self.model_dump(mode="json", by_alias=True, include={"default"})["default"]

    def serialize_keys(self) -> Mapping[str, Any]:
        """Return the keys of its own that a form has to know."""
        return {}

    def find_operator(self, value: Value) -> Operator | None:
        """Return the way in which a value asks; None where it is what the column has to be."""
        return "empty" if value is EMPTY else None

    def describe(self, value: Value, naming: Naming) -> str:
        """Return a value in words, for people who read it later."""
        values = list(value) if isinstance(value, tuple) else [value]
        labels = naming.label(values[:NAMED_VALUES])
        more = f" (+{len(values) - len(labels)})" if len(values) > len(labels) else ""
        return ", ".join(labels) + more

    # Its SQL

    def get_bind_names(self, name: str) -> tuple[str, ...]:
        """Return the names under which its value may be bound in an author's SQL."""
        return (name,)

    def fit(self, name: str, value: Value, ask_type: Callable[[str], str | None], dialect: Dialect) -> Value:
        """Return a value as it is compared with the column's own type.

        :param ask_type: returns the type that a bind is compared as; None where the database can't tell.
        """
        return value

    def bind(self, name: str, value: Value, dialect: Dialect) -> dict[str, Any]:
        """Return what is bound for a value, by name. Names with a colon are the type's own: no SQL can have them."""
        return {name: value}

    def build_empty_condition(self, operand: str, dialect: Dialect, *, negated: bool) -> str:
        """Return the condition of rows whose `column` has no value, or has one."""
        return (dialect.is_blank if self.empty_is_blank else dialect.is_null)(operand, negated=negated)

    def build_condition(self, name: str, operand: str, value: Value, dialect: Dialect, *, negated: bool) -> str:
        """Return the condition of `column`.

        :param operand: the author's expression, as one side of a comparison.
        """
        return dialect.equals(operand, name, negated=negated)
