from __future__ import annotations

import pytest
from models_page import captions, with_all
from pages import opened, table_with

from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


def test_learning_follows_the_model(tiny_build: Build) -> None:
    app = with_all(opened("models", models_show="Learning", models_model="regions"))
    assert app.selectbox(key="models_model").value == "regions"
    shown = table_with(app, "kept").set_index("label")
    log = tiny_build.read("training_log", "model = 'regions'").merge(
        tiny_build.read("recipes"), on="recipe"
    )
    for label, rows in log.groupby("label"):
        valid = rows[rows["part"] == "valid"]
        assert shown.at[label, "rounds"] == rows["iteration"].max()
        assert shown.at[label, "kept"] == valid.loc[valid["log_loss"].idxmin(), "iteration"]
        assert shown.at[label, "valid_loss"] == valid["log_loss"].min()
    assert set(shown.index) == set(log["label"])


def test_recipes_without_a_log_say_so() -> None:
    app = opened("models", models_show="Learning")
    app.pills(key="models_recipes").set_value(["Majority"]).run()
    assert "None of the chosen recipes has a log of the model countries" in captions(app)


def test_networks_learn_in_passes(tiny_build: Build) -> None:
    app = opened("models", models_show="Learning", models_model="network_1")
    passes = tiny_build.sql(
        "SELECT max(iteration) AS n FROM training_log WHERE model = 'network_1'"
    )["n"].iloc[0]
    assert f"Atlas kept pass {passes} of {passes}" in captions(app)
    assert "Boosting" not in captions(app)
