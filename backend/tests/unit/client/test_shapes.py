"""The client's classes have every field of the API's answers, and no other."""

from __future__ import annotations

import dataclasses

import pytest

from guichet.client import shapes
from tests.answers import document

DOCUMENTED: dict[type, tuple[str, ...]] = {
    shapes.Interface: ("InterfaceSummary",),
    shapes.Criterion: ("CriterionForm",),
    shapes.Column: ("ResultColumn",),
    shapes.Form: ("Form",),
    shapes.Option: ("OptionShape",),
    shapes.Options: ("OptionsPage",),
    shapes.Count: ("CountAnswer",),
    shapes.Extract: ("ExtractShape",),
    shapes.Result: ("LightResult", "HeavyResult"),
    shapes.SavedSearch: ("SavedSearch",),
    shapes.ValueList: ("ValueList",),
    shapes.User: ("UserAnswer",),
    shapes.Token: ("SignedToken",),
}


def test_every_class_is_compared() -> None:
    classes = {one for one in vars(shapes).values() if dataclasses.is_dataclass(one)}
    assert classes == set(DOCUMENTED)


@pytest.mark.parametrize("shape", DOCUMENTED)
def test_it_has_the_fields_that_are_answered(shape: type) -> None:
    documented = [set(document()["components"]["schemas"][name]["properties"]) for name in DOCUMENTED[shape]]
    assert {field.name for field in dataclasses.fields(shape)} == set().union(*documented)
