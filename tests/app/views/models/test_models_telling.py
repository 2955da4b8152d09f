from __future__ import annotations

import pandas as pd
import pytest
from pages import opened, table_with

from app.views.models.telling import at, told
from pipeline.core.builds.build import Build

LINES = pd.DataFrame(
    {
        "label": ["Flat trees", "Two layers, weighted", "Flat trees"],
        "x": [3, 3, 5],
        "y": [0.5, 0.25, 1],
    }
)


def test_figures_stand_behind_their_recipes() -> None:
    assert told(LINES["label"], LINES["y"]) == (
        "Flat trees 50%; Two layers, weighted 25%; Flat trees 100%"
    )


def test_figures_are_those_at_the_value_where_lines_are_drawn() -> None:
    assert at(LINES, 3, "within 3 guesses") == (
        "Right within 3 guesses: Flat trees 50%; Two layers, weighted 25%."
    )
    assert at(LINES, 4, "within 4 guesses") == ""


@pytest.mark.usefixtures("tiny_current")
def test_the_rows_behind_curves_are_those_of_the_chosen_recipes(tiny_build: Build) -> None:
    label = tiny_build.read("recipes", "recipe = 'flat'")["label"].item()
    app = opened("models", models_show="Guesses", models_part="Test", models_recipes=label)
    rows = tiny_build.read("top_k", "recipe = 'flat' AND part = 'test' ORDER BY view, k")
    shown = table_with(app, "label", "view", "k")
    assert list(shown) == ["label", "view", "k", "accuracy", "n"]
    assert set(shown["label"]) == {label}
    assert shown["view"].tolist() == rows["view"].tolist()
    assert shown["accuracy"].tolist() == pytest.approx((100 * rows["accuracy"]).tolist())
