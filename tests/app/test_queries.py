from __future__ import annotations

import math

import pandas as pd
import pytest

from app import queries
from pipeline.core.builds import Build


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
        ("two", "test", "accuracy", 0.1),
        ("flat", "valid", "unchosen", 1.0),
    )
    board = queries.leaderboard(metrics, RECIPES, ["accuracy", "log_loss"], part="valid")
    assert board.columns.tolist() == ["recipe", "label", "accuracy", "log_loss"]
    assert board["recipe"].tolist() == ["two", "flat", "majority"]
    assert board["accuracy"].tolist() == [0.5, 0.4, 0.9]
    assert board["log_loss"][0] == 1.5
    assert board["log_loss"][1:].isna().all()


def test_the_leaderboard_equals_the_table(tiny_build: Build) -> None:
    metrics, recipes = tiny_build.read("metrics"), tiny_build.read("recipes")
    board = queries.leaderboard(metrics, recipes, ["accuracy", "macro_f1"], part="test")
    assert set(board["recipe"]) == set(tiny_build.manifest.recipes)
    for row in board.to_dict("records"):
        for metric in ("accuracy", "macro_f1"):
            expected = tiny_build.sql(
                "SELECT value FROM metrics WHERE recipe = ? AND metric = ? AND part = 'test' "
                "AND view = 'countries' AND subject = ''",
                [row["recipe"], metric],
            )["value"].iloc[0]
            assert row[metric] == expected or (math.isnan(row[metric]) and math.isnan(expected))


def test_the_best_follow_the_direction_and_ties_share() -> None:
    board = pd.DataFrame(
        {
            "accuracy": [0.5, 0.5, None, 0.1],
            "log_loss": [2.0, 1.0, 3.0, None],
            "entropy_bits": [1.0, 2.0, 3.0, 4.0],
        }
    )
    assert queries.best_rows(board, CATALOGUE) == {"accuracy": [0, 1], "log_loss": [1]}


def test_only_shares_become_percentages() -> None:
    board = pd.DataFrame({"label": ["a"], "accuracy": [0.5], "log_loss": [2.0]})
    catalogue = pd.DataFrame(
        {"metric": ["accuracy", "log_loss", "absent"], "unit": ["share", "nats", "share"]}
    )
    shown = queries.shares_as_percentages(board, catalogue)
    assert shown.iloc[0].tolist() == ["a", 50.0, 2.0]
    assert board["accuracy"].tolist() == [0.5]


def test_listeners_of_a_part(tiny_build: Build) -> None:
    metrics = tiny_build.read("metrics", "view = 'countries' AND subject = ''")
    expected = int(tiny_build.read("countries")["valid_listeners"].sum())
    assert queries.listeners_of(metrics, "valid") == expected
    assert queries.listeners_of(metrics.head(0), "valid") == 0


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
    assert queries.examples(COUNTRIES, least=1)["country"].tolist() == ["BR", "SE"]
    assert queries.examples(COUNTRIES, least=70)["country"].tolist() == ["BR"]


def test_within_a_region_shares_are_of_the_region() -> None:
    country = pd.DataFrame(
        {
            "country_name": ["Brazil", "Finland", "Sweden"],
            "region": ["Latin America", "Nordics", "Nordics"],
            "within": [1.0, 0.2, 0.8],
            "share": [0.6, 0.1, 0.3],
        }
    )
    members = queries.within(country, "Nordics", most=5)
    assert members["country_name"].tolist() == ["Sweden", "Finland"]
    assert members["share"].tolist() == pytest.approx([0.75, 0.25])
    assert len(queries.within(country, "Nordics", most=1)) == 1


def test_favourites_rank_first_in_their_country(tiny_build: Build) -> None:
    country = tiny_build.sql(
        "SELECT country FROM country_rank_per_artist WHERE rank = 1 "
        "GROUP BY country ORDER BY count(*) DESC LIMIT 1"
    )["country"].iloc[0]
    found = tiny_build.sql(queries.FAVOURITES, [country, 5])
    ranks = tiny_build.read("country_rank_per_artist").merge(
        tiny_build.read("artists"), on="artist"
    )
    expected = (
        ranks[(ranks["country"] == country) & (ranks["rank"] == 1)]
        .sort_values(["plays_x", "artist"], ascending=[False, True])
        .head(5)
    )
    assert found["artist_name"].tolist() == expected["artist_name"].tolist()
