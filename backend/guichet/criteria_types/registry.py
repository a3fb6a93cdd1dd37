"""The types of criteria that a definition can have, by the name that `type:` gives them."""

from __future__ import annotations

from collections.abc import Mapping

from guichet.criteria_types.boolean import BooleanCriterion
from guichet.criteria_types.criterion_type import CriterionDefinition
from guichet.criteria_types.date import DateCriterion
from guichet.criteria_types.date_range import DateRangeCriterion
from guichet.criteria_types.number import NumberCriterion
from guichet.criteria_types.number_range import NumberRangeCriterion
from guichet.criteria_types.select import SelectCriterion
from guichet.criteria_types.text import TextCriterion
from guichet.criteria_types.values import ValuesCriterion

# In the order in which authors are told of them.
TYPES: tuple[type[CriterionDefinition], ...] = (
    TextCriterion,
    NumberCriterion,
    NumberRangeCriterion,
    DateCriterion,
    DateRangeCriterion,
    SelectCriterion,
    BooleanCriterion,
    ValuesCriterion,
)
CRITERION_TYPES: Mapping[str, type[CriterionDefinition]] = {
    criterion_type.get_type_name(): criterion_type for criterion_type in TYPES
}
