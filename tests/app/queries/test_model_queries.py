from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import binomtest

from app.queries import models as model_queries
from pipeline.core.builds.build import Build
from pipeline.core.builds.manifest import FileRecord, StageCost

RECIPES = pd.DataFrame(
    {"recipe": ["flat", "majority", "two"], "label": ["Flat", "Majority", "Two layers"]}
)


def log_of(*rows: tuple[str, int, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["recipe", "iteration", "part", "log_loss"])
    return frame.assign(
        model="countries", label=frame["recipe"].map(RECIPES.set_index("recipe")["label"])
    )


LOG = log_of(
    ("flat", 2, "valid", 1.5),
    ("flat", 1, "valid", 2.0),
    ("flat", 3, "valid", 1.7),
    ("flat", 1, "train", 1.9),
    ("flat", 2, "train", 1.2),
    ("flat", 3, "train", 0.9),
    ("two", 1, "train", 0.8),
)


def test_chosen_recipes_are_labelled_in_the_order_chosen() -> None:
    table = pd.DataFrame({"recipe": ["flat", "two", "flat", "majority"], "k": [1, 1, 2, 1]})
    found = model_queries.labelled(table, RECIPES, ["two", "flat"])
    assert found["label"].tolist() == ["Two layers", "Flat", "Flat"]
    assert found["k"].tolist() == [1, 1, 2]
    assert model_queries.labelled(table, RECIPES, []).empty


def test_models_come_first_countries_then_regions() -> None:
    log = pd.DataFrame(
        {
            "recipe": ["two", "two", "two", "flat"],
            "model": ["Nordics", "regions", "Africa", "countries"],
        }
    )
    assert model_queries.models_in(log) == ["countries", "regions", "Africa", "Nordics"]


def test_learning_is_drawn_by_round_and_the_lowest_validation_loss_marked() -> None:
    curves = model_queries.learning_curves(LOG)
    valid = curves[(curves["label"] == "Flat") & (curves["dash"] == "solid")]
    assert valid["x"].tolist() == [1, 2, 3]
    assert valid["y"].tolist() == [2.0, 1.5, 1.7]
    assert valid["chosen"].tolist() == [False, True, False]
    assert not curves.loc[curves["dash"] == "dash", "chosen"].any()
    assert len(curves) == len(LOG)


def test_a_fit_keeps_the_best_round_or_the_last_where_nothing_validates() -> None:
    stops = model_queries.stops(LOG).set_index("label")
    assert stops.loc["Flat"].tolist() == [3, 2, 1.5, 1.2]
    assert stops.loc["Two layers", ["rounds", "kept", "train_loss"]].tolist() == [1, 1, 0.8]
    assert pd.isna(stops.at["Two layers", "valid_loss"])


def test_recall_stands_beside_its_support(tiny_build: Build) -> None:
    metrics = tiny_build.read("metrics", "recipe = 'flat' AND view = 'country' AND part = 'test'")
    countries = tiny_build.read("countries")
    found = model_queries.recall_by_support(metrics[metrics["metric"] == "recall"], countries)
    assert found["train_listeners"].is_monotonic_decreasing
    confusion = tiny_build.read(
        "confusion", "recipe = 'flat' AND view = 'countries' AND part = 'test'"
    )
    named = countries.set_index("country_name")
    for row in found.to_dict("records"):
        code = named.at[row["country_name"], "country"]
        truth = confusion[confusion["truth"] == code]
        right = truth.loc[truth["predicted"] == code, "n"].sum()
        assert row["n"] == truth["n"].sum() == named.at[row["country_name"], "test_listeners"]
        assert row["recall"] == pytest.approx(right / truth["n"].sum())
        assert row["train_listeners"] == named.at[row["country_name"], "train_listeners"]


def test_countries_without_support_or_recall_are_left_out() -> None:
    countries = pd.DataFrame(
        {
            "country": ["FI", "SE", "NO"],
            "country_name": ["Finland", "Sweden", "Norway"],
            "region": "Nordics",
            "train_listeners": [5, 0, 9],
        }
    )
    metrics = pd.DataFrame(
        {"subject": ["FI", "SE", "NO"], "value": [0.5, 0.5, None], "n": [2, 2, 0]}
    )
    found = model_queries.recall_by_support(metrics, countries)
    assert found["country_name"].tolist() == ["Finland"]


def test_costs_are_those_of_the_recipes_own_stages() -> None:
    stages = [
        StageCost(name="embed_artists", seconds=99, peak_mb=999),
        StageCost(name="train_recipe:two", seconds=4, peak_mb=100),
        StageCost(name="train_recipe:flat", seconds=2, peak_mb=300),
        StageCost(name="evaluate_recipe:flat", seconds=0.5, peak_mb=200),
    ]
    files = [
        FileRecord(path=path, bytes=size * 2**20, sha256="")
        for path, size in [("models/flat/a", 1), ("models/flat/b", 2), ("models/flat_too/a", 7)]
    ]
    found = model_queries.costs(stages, files, RECIPES, listeners=1000).set_index("recipe")
    assert found.index.tolist() == ["flat", "two", "majority"]
    numbers = ["train_seconds", "evaluate_seconds", "per_second", "peak_mb", "model_mb"]
    assert found.loc["flat", numbers].tolist() == [2, 0.5, 2000, 300, 3]
    assert found.loc["two", ["train_seconds", "peak_mb", "model_mb"]].tolist() == [4, 100, 0]
    assert found.loc["two", ["evaluate_seconds", "per_second"]].isna().all()
    assert found.loc["majority", numbers[:4]].isna().all()


def test_networks_keep_their_last_pass_and_trees_their_best_round() -> None:
    log = LOG[LOG["recipe"] == "flat"]
    network = log.assign(model="network_1")
    assert model_queries.stops(network)["kept"].tolist() == [3]
    assert model_queries.stops(log)["kept"].tolist() == [2]
    curves = model_queries.learning_curves(network)
    assert curves.loc[curves["chosen"], ["x", "y", "dash"]].to_numpy().tolist() == [
        [3, 1.7, "solid"]
    ]


def test_networks_stand_between_layers_and_regions() -> None:
    log = pd.DataFrame(
        {"recipe": "atlas", "model": ["Africa", "network_1", "regions", "network_2"]}
    )
    assert model_queries.models_in(log) == ["regions", "network_1", "network_2", "Africa"]


MOVED = pd.DataFrame(
    [
        ("two", "Two layers", 0.5, "accuracy", 0.4, 100),
        ("two", "Two layers", 0.0, "accuracy", 0.5, 100),
        ("two", "Two layers", 0.0, "tail", None, 7),
        ("flat", "Flat", 0.0, "accuracy", 0.3, 100),
        ("two", "Two layers", 0.5, "tail", 0.25, 7),
    ],
    columns=["recipe", "label", "tau", "metric", "value", "n"],
)


def test_metrics_lie_beside_each_other_by_strength() -> None:
    table = model_queries.by_strength(MOVED, ["tail", "accuracy"])
    assert table.columns.tolist() == ["recipe", "label", "tau", "tail", "accuracy", "n"]
    assert table["recipe"].tolist() == ["two", "two", "flat"]
    assert table["tau"].tolist() == [0.0, 0.5, 0.0]
    assert table["accuracy"].tolist() == [0.5, 0.4, 0.3]
    assert table["tail"].isna().tolist() == [True, False, True]
    assert table["n"].tolist() == [100, 100, 100]


@pytest.mark.parametrize(("strength", "nearest"), [(0.0, 0.0), (0.4, 0.5), (0.1, 0.0)])
def test_a_strength_is_compared_with_none(strength: float, nearest: float) -> None:
    table = model_queries.by_strength(MOVED[MOVED["recipe"] == "two"], ["accuracy"])
    none, used = model_queries.moved(table, strength)
    assert (none["tau"], used["tau"]) == (0.0, nearest)


def test_coverage_begins_with_everybody_and_marks_few() -> None:
    rows = pd.DataFrame(
        {
            "region": ["Africa", "", "Nordics"],
            "label": "Flat",
            "covered": [0.5, 0.9, 1.0],
            "mean_size": 3.0,
            "median_size": 2.0,
            "n": [10, 100, 30],
        }
    )
    found = model_queries.coverage_by_region(rows, ["Nordics", "Africa"], everybody="All")
    assert found["region"].tolist() == ["All", "Nordics", "Africa"]
    assert found["few"].tolist() == [False, False, True]
    assert (found["low"] <= found["covered"]).all()
    assert (found["covered"] <= found["high"]).all()


def test_the_range_is_wilsons() -> None:
    counted = [(5, 10), (30, 30), (0, 30), (812, 901)]
    shares = pd.Series([found / n for found, n in counted])
    low, high = model_queries.likely(shares, pd.Series([n for _, n in counted]))
    for at, (found, n) in enumerate(counted):
        expected = binomtest(found, n).proportion_ci(method="wilson")
        assert (low[at], high[at]) == pytest.approx((expected.low, expected.high), abs=1e-4)
