from __future__ import annotations

import math

import pandas as pd
import pytest
from models_page import captions
from pages import opened, table_with

from app.views.models.tail import gains_and_costs
from pipeline.core.builds.build import Build
from pipeline.core.model.makeup import makeup

pytestmark = pytest.mark.usefixtures("tiny_current")


def test_the_tail_is_the_builds(tiny_build: Build) -> None:
    app = opened("models", models_show="Tail", models_part="Test", models_moved="Atlas")
    shown = table_with(app, "tau").set_index("tau")
    rows = tiny_build.read("prior_adjustment", "recipe = 'atlas' AND part = 'test'")
    assert len(shown) == rows["tau"].nunique()
    for row in rows.to_dict("records"):
        factor = 1 if row["metric"] == "log_loss" else 100
        expected = pytest.approx(factor * row["value"], nan_ok=True)
        assert shown.at[row["tau"], row["metric"]] == expected
    in_use = makeup(tiny_build, "atlas").strength
    assert f"Atlas uses τ = {in_use:g}" in captions(app)
    assert "n = 199 test listeners" in captions(app)


def test_the_tail_begins_with_the_default_recipe(tiny_build: Build) -> None:
    app = opened("models", models_show="Tail")
    labels = tiny_build.read("recipes").set_index("recipe")["label"]
    assert app.pills(key="models_moved").value == [labels[tiny_build.manifest.default_recipe]]
    app.pills(key="models_moved").set_value(["Atlas", "Flat trees"]).run()
    assert not app.exception
    assert set(table_with(app, "tau")["label"]) == {"Atlas", "Flat trees"}


def test_what_the_strength_gains_and_costs_is_said() -> None:
    table = pd.DataFrame(
        {
            "recipe": "a",
            "label": "A",
            "tau": [0.0, 0.25],
            "accuracy": [0.45, 0.44],
            "top_5_accuracy": [0.7, 0.7],
            "macro_f1": [0.14, 0.16],
            "accuracy_smallest_10": [math.nan, math.nan],
            "log_loss": [2.1, 2.0],
            "n": [100, 100],
        }
    )
    about = pd.DataFrame(
        {
            "label": ["Accuracy", "Top-5 accuracy", "Macro F1", "Smallest", "Log loss"],
            "unit": ["share", "share", "share", "share", "nats"],
            "better": ["higher", "higher", "higher", "higher", "lower"],
        },
        index=["accuracy", "top_5_accuracy", "macro_f1", "accuracy_smallest_10", "log_loss"],
    )
    said = gains_and_costs(table, about, part="test", in_use=0.25)
    assert said == (
        "A uses τ = 0.25. It gains: macro F1 from 14.0% to 16.0%; log loss from 2.100 to 2.000. "
        "It costs: accuracy from 45.0% to 44.0%. Unchanged: top-5 accuracy. Undefined: smallest. "
        "n = 100 test listeners."
    )
    none = gains_and_costs(table, about, part="test", in_use=0)
    assert none.startswith("A uses τ = 0: it leaves the probabilities as they are. Macro F1 would")
    assert "at τ = 0.25: from 14.0% to 16.0%, accuracy from 45.0% to 44.0%" in none
