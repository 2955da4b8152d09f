from __future__ import annotations

import math

import pandas as pd
import pytest

from app.serving.problems import FieldError
from app.serving.routing import recipe_of, rows
from pipeline.core.model.predictor import Predictor


def test_rows_are_plain_values_and_null_is_none() -> None:
    frame = pd.DataFrame(
        {
            "whole": pd.array([1, None], dtype="Int64"),
            "share": [0.5, math.nan],
            "name": ["a", None],
            "kept": [True, False],
        }
    )
    found = rows(frame)
    assert found == [
        {"whole": 1, "share": 0.5, "name": "a", "kept": True},
        {"whole": None, "share": None, "name": None, "kept": False},
    ]
    assert [type(value) for value in found[0].values()] == [int, float, str, bool]


def test_the_recipe_is_the_builds_unless_another_is_asked(predictor: Predictor) -> None:
    default = predictor.build.manifest.default_recipe
    assert recipe_of(predictor, None, where="recipe") == default
    assert recipe_of(predictor, "flat", where="recipe") == "flat"
    with pytest.raises(FieldError) as caught:
        recipe_of(predictor, "forest", where="#/recipe")
    assert caught.value.offender.pointer == "#/recipe"
    assert all(recipe in caught.value.offender.expected for recipe in predictor.recipes)
