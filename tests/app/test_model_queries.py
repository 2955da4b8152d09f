from __future__ import annotations

import pandas as pd
import pytest

from app import model_queries
from pipeline.core.builds import Build
from pipeline.core.manifest import FileRecord, StageCost

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
