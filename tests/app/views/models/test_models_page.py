from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.look.words import percent
from app.views.models import _SECTIONS
from app.views.models.tail import gains_and_costs
from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE
from pipeline.core.builds.build import Build
from pipeline.core.model.makeup import makeup


def script() -> None:
    from app.shell.page import PAGES

    PAGES["models"].show()


@pytest.fixture
def blank(tiny_artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tiny_artifacts))
    return AppTest.from_function(script, default_timeout=60)


def opened(blank: AppTest, **address: str) -> AppTest:
    for name, value in address.items():
        blank.query_params[name] = value
    blank.run()
    assert not blank.exception
    return blank


def with_all(app: AppTest) -> AppTest:
    """Compare all recipes; at first there are only a few."""
    recipes = app.pills(key="models_recipes")
    recipes.set_value(list(recipes.options)).run()
    assert not app.exception
    return app


def table_with(app: AppTest, *columns: str) -> pd.DataFrame:
    return next(d.value for d in app.dataframe if set(columns) <= set(d.value.columns))


def captions(app: AppTest) -> str:
    return "\n".join(c.value for c in app.caption)


@pytest.mark.parametrize("section", _SECTIONS)
@pytest.mark.parametrize("part", ["Validation", "Test", "Training"])
def test_the_address_chooses_what_is_seen(blank: AppTest, section: str, part: str) -> None:
    app = opened(blank, models_show=section, models_part=part)
    assert app.segmented_control(key="models_show").value == section
    assert app.header
    assert app.caption


@pytest.mark.parametrize(("label", "part"), [("Validation", "valid"), ("Training", "train")])
def test_calibration_errors_are_the_builds(
    blank: AppTest, tiny_build: Build, label: str, part: str
) -> None:
    app = with_all(opened(blank, models_part=label))
    shown = table_with(app, "label", "countries", "regions").set_index("label")
    expected = tiny_build.read(
        "metrics", "metric = 'calibration_error' AND part = ? AND subject = ''", [part]
    ).merge(tiny_build.read("recipes"), on="recipe")
    assert len(expected) == 2 * len(shown)
    for row in expected.to_dict("records"):
        assert shown.at[row["label"], row["view"]] == pytest.approx(100 * row["value"])
        assert shown.at[row["label"], "n"] == row["n"]
    bins = table_with(app, "bin", "confidence")
    assert len(bins) == len(tiny_build.read("calibration", "part = ?", [part]))


def test_at_first_the_best_are_compared_with_the_baseline(
    blank: AppTest, tiny_build: Build
) -> None:
    app = opened(blank)
    headline = tiny_build.manifest.headline
    best = sorted(headline, key=lambda recipe: headline[recipe]["log_loss"])[:4]
    labels = tiny_build.read("recipes").set_index("recipe")["label"]
    expected = {labels[recipe] for recipe in (*best, "majority")}
    assert set(app.pills(key="models_recipes").value) == expected


def test_curves_of_guesses_are_the_builds(blank: AppTest, tiny_build: Build) -> None:
    app = with_all(opened(blank, models_show="Guesses", models_part="Test"))
    expected = tiny_build.read("top_k", "part = 'test' AND view = 'countries' AND k = 3").merge(
        tiny_build.read("recipes"), on="recipe"
    )
    for row in expected.to_dict("records"):
        assert f"{row['label']} {percent(row['accuracy'])}" in captions(app)
    assert len(table_with(app, "k")) == len(tiny_build.read("top_k", "part = 'test'"))


def test_only_the_chosen_recipes_are_shown(blank: AppTest, tiny_build: Build) -> None:
    app = opened(blank, models_show="Guesses")
    labels = tiny_build.read("recipes").sort_values("recipe")["label"].tolist()
    app.pills(key="models_recipes").set_value(labels[:2]).run()
    assert not app.exception
    assert set(table_with(app, "k")["label"]) == set(labels[:2])
    app.pills(key="models_recipes").set_value([]).run()
    assert not app.exception
    assert "No recipe is chosen" in captions(app)


def test_short_lists_are_drawn_with_the_baseline(blank: AppTest, tiny_build: Build) -> None:
    app = opened(blank, models_show="Short lists", models_part="Test")
    app.pills(key="models_recipes").set_value(["Flat trees"]).run()
    shown = table_with(app, "known_artists")
    assert set(shown["label"]) == {"Flat trees", "Majority"}
    expected = tiny_build.read(
        "accuracy_by_known", "part = 'test' AND recipe = 'flat' ORDER BY known_artists"
    )
    flat = shown[shown["label"] == "Flat trees"]
    assert flat["known_artists"].tolist() == expected["known_artists"].tolist()
    assert flat["accuracy"].tolist() == pytest.approx((100 * expected["accuracy"]).tolist())
    assert flat["n"].tolist() == expected["n"].tolist()


def test_short_lists_of_training_listeners_do_not_exist(blank: AppTest) -> None:
    app = opened(blank, models_show="Short lists", models_part="Training")
    assert "Short lists are measured on validation and test listeners" in captions(app)


def test_learning_follows_the_model(blank: AppTest, tiny_build: Build) -> None:
    app = with_all(opened(blank, models_show="Learning", models_model="regions"))
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


def test_recipes_without_a_log_say_so(blank: AppTest) -> None:
    app = opened(blank, models_show="Learning")
    app.pills(key="models_recipes").set_value(["Majority"]).run()
    assert "None of the chosen recipes has a log of the model countries" in captions(app)


def test_rare_countries_are_the_builds(blank: AppTest, tiny_build: Build) -> None:
    app = with_all(opened(blank, models_show="Rare countries"))
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


def test_costs_are_the_manifests(blank: AppTest, tiny_build: Build) -> None:
    app = with_all(opened(blank, models_show="Cost"))
    shown = table_with(app, "train_seconds").set_index("label")
    label = tiny_build.read("recipes").set_index("recipe")["label"]
    seconds = {stage.name: stage.seconds for stage in tiny_build.manifest.stages}
    for recipe in tiny_build.manifest.recipes:
        assert shown.at[label[recipe], "train_seconds"] == seconds[f"train_recipe:{recipe}"]
        assert shown.at[label[recipe], "model_mb"] > 0


def test_the_tail_is_the_builds(blank: AppTest, tiny_build: Build) -> None:
    app = opened(blank, models_show="Tail", models_part="Test", models_moved="Atlas")
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


def test_the_tail_begins_with_the_default_recipe(blank: AppTest, tiny_build: Build) -> None:
    app = opened(blank, models_show="Tail")
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


def test_sets_are_the_builds(blank: AppTest, tiny_build: Build) -> None:
    app = opened(blank, models_show="Sets", models_part="Test", models_moved="Atlas")
    shown = table_with(app, "covered").set_index("region")
    rows = tiny_build.read("coverage", "recipe = 'atlas' AND part = 'test'")
    assert len(shown) == len(rows)
    for row in rows.to_dict("records"):
        found = shown.loc[row["region"] or "All listeners"]
        assert found["covered"] == pytest.approx(100 * row["covered"])
        assert (found["mean_size"], found["n"]) == (row["mean_size"], row["n"])
        assert found["few"] == (row["n"] < 30)
    everybody = rows[rows["region"] == ""].iloc[0]
    assert f"of {everybody['n']} test listeners" in captions(app)


@pytest.mark.parametrize("section", ["Tail", "Sets"])
def test_what_is_fitted_on_validation_is_not_shown_for_training(
    blank: AppTest, section: str
) -> None:
    app = opened(blank, models_show=section, models_part="Training")
    assert "measured on validation and test listeners: choose one of them" in captions(app)


def test_members_are_the_blends(blank: AppTest, tiny_build: Build) -> None:
    app = opened(blank, models_show="Members")
    assert app.header[0].value == "What is Atlas made of?"
    shown = table_with(app, "region_weight").set_index("label")
    found = makeup(tiny_build, "atlas")
    assert len(shown) == len(found.members)
    for member in found.members:
        weights = shown.loc[member.label]
        assert weights["region_weight"] == member.region_weight
        assert weights["within_weight"] == member.within_weight
    assert f"τ = {found.strength:.2f}" in captions(app)


def test_networks_learn_in_passes(blank: AppTest, tiny_build: Build) -> None:
    app = opened(blank, models_show="Learning", models_model="network_1")
    passes = tiny_build.sql(
        "SELECT max(iteration) AS n FROM training_log WHERE model = 'network_1'"
    )["n"].iloc[0]
    assert f"Atlas kept pass {passes} of {passes}" in captions(app)
    assert "Boosting" not in captions(app)
