from __future__ import annotations

import itertools

import pandas as pd
import pytest

from app.queries import answers
from app.queries import overview as queries
from pipeline.core.builds.build import Build


def metrics_of(*rows: tuple[str, str, str, float | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["recipe", "part", "metric", "value"])
    return frame.assign(view="countries", subject="", n=40)


RECIPES = pd.DataFrame(
    {"recipe": ["flat", "majority", "two"], "label": ["Flat", "Majority", "Two layers"]}
)
CATALOGUE = pd.DataFrame(
    {
        "metric": ["accuracy", "log_loss", "entropy_bits"],
        "better": ["higher", "lower", "neither"],
    }
)


def test_rows_are_summed_over_reasons() -> None:
    counts = pd.DataFrame(
        [
            ("clean", "plays", "set aside", "a", 2),
            ("clean", "plays", "set aside", "b", 3),
            ("clean", "plays", "kept", "", 7),
            ("ingest", "plays", "set aside", "a", 100),
        ],
        columns=["step", "rows_of", "outcome", "reason", "rows"],
    )
    assert queries.rows_of(counts, step="clean", kind="plays", outcome="set aside") == 5
    assert queries.rows_of(counts, step="clean", kind="listeners", outcome="kept") == 0


def test_the_leaderboard_is_sorted_with_the_baseline_last() -> None:
    metrics = metrics_of(
        ("majority", "valid", "accuracy", 0.9),
        ("flat", "valid", "accuracy", 0.4),
        ("two", "valid", "accuracy", 0.5),
        ("two", "valid", "log_loss", 1.5),
        ("two", "train", "accuracy", 0.8),
        ("two", "test", "accuracy", 0.1),
        ("flat", "valid", "unchosen", 1.0),
    )
    board = queries.leaderboard(
        metrics, RECIPES, ["accuracy", "log_loss"], parts=["valid", "train"]
    )
    assert board.columns.tolist() == [
        *("recipe", "label", "accuracy_valid", "accuracy_train"),
        *("log_loss_valid", "log_loss_train", "n_valid", "n_train"),
    ]
    assert board["recipe"].tolist() == ["two", "flat", "majority"]
    assert board["accuracy_valid"].tolist() == [0.5, 0.4, 0.9]
    assert board["accuracy_train"][0] == 0.8
    assert board["accuracy_train"][1:].isna().all()
    assert board["log_loss_valid"][0] == 1.5
    assert board["n_valid"].tolist() == [40, 40, 40]
    assert board["n_train"].isna().tolist() == [False, True, True]


def test_the_leaderboard_equals_the_table(tiny_build: Build) -> None:
    metrics, recipes = tiny_build.read("metrics"), tiny_build.read("recipes")
    chosen, parts = ["accuracy_smallest_10", "macro_f1"], ["test", "train"]
    board = queries.leaderboard(metrics, recipes, chosen, parts=parts)
    assert set(board["recipe"]) == set(tiny_build.manifest.recipes)
    for row in board.to_dict("records"):
        for metric, part in itertools.product(chosen, parts):
            found = tiny_build.sql(
                "SELECT value, n FROM metrics WHERE recipe = ? AND metric = ? AND part = ? "
                "AND view = 'countries' AND subject = ''",
                [row["recipe"], metric, part],
            )
            assert row[f"{metric}_{part}"] == pytest.approx(found["value"].iloc[0], nan_ok=True)
            if metric == chosen[0]:
                assert row[f"n_{part}"] == found["n"].iloc[0]


def test_the_best_follow_the_direction_and_ties_share() -> None:
    board = pd.DataFrame(
        {
            "accuracy_valid": [0.5, 0.5, None, 0.1],
            "accuracy_train": [0.9, 0.5, None, 0.1],
            "log_loss_valid": [2.0, 1.0, 3.0, None],
            "entropy_bits_valid": [1.0, 2.0, 3.0, 4.0],
        }
    )
    best = queries.best_rows(board, CATALOGUE, parts=["valid", "test"])
    assert best == {"accuracy_valid": [0, 1], "log_loss_valid": [1]}


def test_small_flows_are_put_together() -> None:
    country = pd.DataFrame(
        {
            "country_name": ["Brazil", "Chile", "Peru", "Finland", "Norway", "Ghana"],
            "region": ["Latin America"] * 3 + ["Nordics"] * 2 + ["Africa"],
            "probability": [0.5, 0.006, 0.004, 0.3, 0.185, 0.005],
        }
    )
    found = answers.flows(country, least=0.01)
    assert found.to_dict("split")["data"] == [
        ["Latin America", "Brazil", 0.5],
        ["Latin America", answers.OTHER_COUNTRIES, pytest.approx(0.01)],
        ["Nordics", "Finland", 0.3],
        ["Nordics", "Norway", 0.185],
        [answers.OTHER_REGIONS, answers.OTHER_COUNTRIES, 0.005],
    ]
    assert found["probability"].sum() == pytest.approx(country["probability"].sum())


COUNTRIES = pd.DataFrame(
    {
        "country": ["FI", "SE", "BR", "AQ"],
        "country_name": ["Finland", "Sweden", "Brazil", "Antarctica"],
        "iso3": ["FIN", "SWE", "BRA", "ATA"],
        "region": ["Nordics", "Nordics", "Latin America", "Antarctica"],
        "listeners": [20, 60, 100, 20],
        "kept": [True, True, True, True],
        "joke": [False, False, False, True],
    }
)


def test_countries_and_regions_by_listeners() -> None:
    assert queries.countries_by_listeners(COUNTRIES)["iso3"].tolist() == [
        "BRA",
        "SWE",
        "ATA",
        "FIN",
    ]
    regions = queries.regions_by_listeners(COUNTRIES)
    assert regions["region"].tolist() == ["Latin America", "Nordics", "Antarctica"]
    assert regions["probability"].tolist() == pytest.approx([0.5, 0.4, 0.1])


def test_examples_are_the_largest_of_each_region_without_jokes() -> None:
    assert answers.examples(COUNTRIES, least=1)["country"].tolist() == ["BR", "SE"]
    assert answers.examples(COUNTRIES, least=70)["country"].tolist() == ["BR"]


def test_within_a_region_shares_are_of_the_region() -> None:
    country = pd.DataFrame(
        {
            "country_name": ["Brazil", "Finland", "Sweden"],
            "region": ["Latin America", "Nordics", "Nordics"],
            "within": [1.0, 0.2, 0.8],
            "share": [0.6, 0.1, 0.3],
        }
    )
    members = answers.within(country, "Nordics", most=5)
    assert members["country_name"].tolist() == ["Sweden", "Finland"]
    assert members["share"].tolist() == pytest.approx([0.75, 0.25])
    assert len(answers.within(country, "Nordics", most=1)) == 1


def test_favourites_rank_first_in_their_country(tiny_build: Build) -> None:
    country = tiny_build.sql(
        "SELECT country FROM country_rank_per_artist WHERE rank = 1 "
        "GROUP BY country ORDER BY count(*) DESC LIMIT 1"
    )["country"].iloc[0]
    found = tiny_build.sql(answers.FAVOURITES, [country, 5])
    ranks = tiny_build.read("country_rank_per_artist").merge(
        tiny_build.read("artists"), on="artist"
    )
    expected = (
        ranks[(ranks["country"] == country) & (ranks["rank"] == 1)]
        .sort_values(["plays_x", "artist"], ascending=[False, True])
        .head(5)
    )
    assert found["artist_name"].tolist() == expected["artist_name"].tolist()
