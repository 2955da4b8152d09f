from __future__ import annotations

import pandas as pd
import pytest
from pages import page, run, words
from streamlit.testing.v1 import AppTest

from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


@pytest.fixture
def fresh() -> AppTest:
    return page("confusion")


@pytest.fixture
def app(fresh: AppTest) -> AppTest:
    return run(fresh)


def cells(build: Build, part: str, view: str, subject: str = "") -> pd.DataFrame:
    recipe = build.manifest.default_recipe
    return build.read(
        "confusion",
        "recipe = ? AND part = ? AND view = ? AND subject = ?",
        [recipe, part, view, subject],
    )


def listed(app: AppTest) -> pd.DataFrame:
    return next(d.value for d in app.dataframe if "of_predicted" in d.value)


def test_the_list_holds_every_cell_with_both_rates(app: AppTest, tiny_build: Build) -> None:
    app.toggle(key="confusion_right").set_value(True).run()
    assert not app.exception
    expected = cells(tiny_build, "valid", "regions")
    matrix = expected.pivot(index="truth", columns="predicted", values="n").fillna(0).astype(int)
    shown = listed(app)
    assert len(shown) == len(expected)
    for row in shown.itertuples():
        assert row.n == matrix.at[row.truth, row.predicted]
        assert row.of_truth == pytest.approx(100 * row.n / matrix.loc[row.truth].sum())
        assert row.of_predicted == pytest.approx(100 * row.n / matrix[row.predicted].sum())
    assert f"of {matrix.to_numpy().sum():,} listeners" in words(app)


def test_right_answers_are_no_confusions(app: AppTest) -> None:
    shown = listed(app)
    assert (shown["truth"] != shown["predicted"]).all()
    assert shown["n"].is_monotonic_decreasing
    app.segmented_control(key="confusion_order").set_value("Share of truth").run()
    assert listed(app)["of_truth"].is_monotonic_decreasing


@pytest.mark.parametrize("part", ["Validation", "Test", "Training"])
@pytest.mark.parametrize("of", ["Regions", "Countries", "Within a region"])
def test_every_matrix_is_shown(app: AppTest, tiny_build: Build, of: str, part: str) -> None:
    app.segmented_control(key="confusion_of").set_value(of).run()
    app.segmented_control(key="confusion_part").set_value(part).run()
    app.toggle(key="confusion_right").set_value(True).run()
    assert not app.exception
    view = {"Regions": "regions", "Countries": "countries"}.get(of, "within")
    subject = app.selectbox(key="confusion_region").value if view == "within" else ""
    short = {"Validation": "valid", "Test": "test", "Training": "train"}[part]
    expected = cells(tiny_build, short, view, str(subject))
    assert listed(app)["n"].sum() == expected["n"].sum()


def test_a_cell_tells_what_its_listeners_have_in_common(fresh: AppTest, tiny_build: Build) -> None:
    found = tiny_build.read(
        "confusion_artists",
        "recipe = ? AND part = 'valid' AND view = 'regions'",
        [tiny_build.manifest.default_recipe],
    )
    assert len(found)
    cell = found.iloc[0]
    fresh.query_params["confusion_truth"] = cell["truth"]
    fresh.query_params["confusion_predicted"] = cell["predicted"]
    run(fresh)
    table = next(d.value for d in fresh.dataframe if "lift" in d.value)
    same = found[(found["truth"] == cell["truth"]) & (found["predicted"] == cell["predicted"])]
    assert table["lift"].tolist() == pytest.approx(same.sort_values("rank")["lift"].tolist())
    assert table["artist_name_link"].iloc[0].startswith("/artists?artist=")


def test_a_cell_too_small_for_artists_says_so(fresh: AppTest, tiny_build: Build) -> None:
    every = cells(tiny_build, "valid", "regions")
    small = every[every["n"] == every["n"].min()].iloc[0]
    assert small["n"] < 3
    fresh.query_params["confusion_truth"] = small["truth"]
    fresh.query_params["confusion_predicted"] = small["predicted"]
    run(fresh)
    assert "Too few to say" in words(fresh)


def test_training_listeners_have_no_artists_and_it_is_said(
    fresh: AppTest, tiny_build: Build
) -> None:
    cell = cells(tiny_build, "train", "regions").iloc[0]
    fresh.query_params["confusion_part"] = "Training"
    fresh.query_params["confusion_truth"] = cell["truth"]
    fresh.query_params["confusion_predicted"] = cell["predicted"]
    run(fresh)
    assert "Artists are counted for regions and for countries" in words(fresh)


def test_regions_narrow_the_countries(app: AppTest, tiny_build: Build) -> None:
    app.segmented_control(key="confusion_of").set_value("Countries").run()
    countries = tiny_build.read("countries")
    region = countries.loc[countries["kept"], "region"].iloc[0]
    app.multiselect(key="confusion_regions").set_value([region]).run()
    app.toggle(key="confusion_right").set_value(True).run()
    assert not app.exception
    members = set(countries.loc[countries["region"] == region, "country_name"])
    assert set(listed(app)["truth"]) <= members
    assert set(listed(app)["predicted"]) <= members
