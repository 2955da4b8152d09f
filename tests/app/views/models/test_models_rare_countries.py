from __future__ import annotations

import pytest
from models_page import with_all
from pages import opened, table_with

from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


def test_rare_countries_are_the_builds(tiny_build: Build) -> None:
    app = with_all(opened("models", models_show="Rare countries"))
    app.selectbox(key="models_recipe").set_value("Flat trees").run()
    shown = table_with(app, "recall").set_index("country_name")
    recalls = tiny_build.read(
        "metrics",
        "recipe = 'flat' AND part = 'valid' AND view = 'country' AND metric = 'recall'",
    ).merge(tiny_build.read("countries"), left_on="subject", right_on="country")
    assert set(shown.index) == set(recalls["country_name"])
    for row in recalls.to_dict("records"):
        assert shown.at[row["country_name"], "recall"] == pytest.approx(100 * row["value"])
        assert shown.at[row["country_name"], "train_listeners"] == row["train_listeners"]
