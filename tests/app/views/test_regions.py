from __future__ import annotations

import pandas as pd
import pytest
from pages import page, run
from streamlit.testing.v1 import AppTest

from app.queries.regions import LAYER_1, LAYER_2
from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


@pytest.fixture
def fresh() -> AppTest:
    return page("regions")


@pytest.fixture
def app(fresh: AppTest) -> AppTest:
    return run(fresh)


def values(build: Build, recipe: str, part: str, view: str, metric: str) -> pd.Series:
    found = build.read(
        "metrics",
        "recipe = ? AND part = ? AND view = ? AND metric = ?",
        [recipe, part, view, metric],
    )
    return found.set_index("subject")["value"].astype(float)


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    flat = frame.copy()
    flat.columns = [c[-1] for c in frame.columns]
    return flat.set_index("region")[name].astype(float)


def test_both_layers_show_the_figures_of_the_build(app: AppTest, tiny_build: Build) -> None:
    recipe = tiny_build.manifest.default_recipe
    shares = tiny_build.read("metric_catalogue").set_index("metric")["unit"].eq("share")
    for table, view, metrics in ((0, "region", LAYER_1), (1, "within", LAYER_2)):
        frame = app.dataframe[table].value
        names = [c[-1] for c in frame.columns]
        for metric in metrics:
            for part in ("train", "valid"):
                shown = column(frame, metric if metric in names else f"{metric}_{part}")
                expected = values(tiny_build, recipe, part, view, metric)
                factor = 100 if shares[metric] else 1
                pd.testing.assert_series_equal(
                    shown.sort_index(), factor * expected.sort_index(), check_names=False
                )


def test_test_listeners_can_stand_beside(app: AppTest) -> None:
    app.pills(key="regions_parts").set_value(["Validation", "Test"]).run()
    assert not app.exception
    names = [c[-1] for c in app.dataframe[0].value.columns]
    assert "recall_test" in names
    assert "recall_train" not in names
    app.pills(key="regions_parts").set_value([]).run()
    assert not app.exception
    assert any(c.value.startswith("No part is chosen") for c in app.caption)


def test_two_recipes_stand_side_by_side_with_their_difference(
    app: AppTest, tiny_build: Build
) -> None:
    labels = tiny_build.read("recipes").set_index("recipe")["label"]
    app.selectbox(key="regions_recipe").set_value(labels["two_layer"]).run()
    app.selectbox(key="regions_against").set_value(labels["two_layer_weighted"]).run()
    app.segmented_control(key="regions_part").set_value("Test").run()
    assert not app.exception
    before, after = (
        values(tiny_build, recipe, "test", "region", "recall")
        for recipe in ("two_layer", "two_layer_weighted")
    )
    frame = app.dataframe[0].value
    shown = column(frame, "recall_difference").sort_index()
    pd.testing.assert_series_equal(shown, 100 * (after - before).sort_index(), check_names=False)


def test_only_chosen_regions_are_shown(app: AppTest, tiny_build: Build) -> None:
    region = tiny_build.read("regions")["region"].iloc[0]
    app.multiselect(key="regions_shown").set_value([region]).run()
    assert not app.exception
    for frame in app.dataframe[0].value, app.dataframe[1].value:
        assert frame.iloc[:, 0].tolist() == [region]
    assert set(app.dataframe[2].value["region"]) == {region}


def test_the_address_chooses(fresh: AppTest, tiny_build: Build) -> None:
    labels = tiny_build.read("recipes").set_index("recipe")["label"]
    fresh.query_params["regions_recipe"] = labels["majority"]
    run(fresh)
    assert fresh.selectbox(key="regions_recipe").value == labels["majority"]


def test_what_is_undefined_is_explained(fresh: AppTest, tiny_build: Build) -> None:
    labels = tiny_build.read("recipes").set_index("recipe")["label"]
    fresh.query_params["regions_recipe"] = labels["majority"]
    run(fresh)
    assert any("Precision is undefined (–) for" in c.value for c in fresh.caption)
