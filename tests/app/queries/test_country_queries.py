from __future__ import annotations

import math

import pandas as pd
import pytest

from app.queries import countries as country_queries
from pipeline.core.builds.build import Build

COUNTRIES = pd.DataFrame(
    {
        "country": ["CZ", "PL", "US"],
        "country_name": ["Czechia", "Poland", "United States"],
        "region": ["East", "East", "West"],
    }
)
CONFUSED = pd.DataFrame(
    [("PL", "US", 6), ("PL", "PL", 3), ("CZ", "PL", 3), ("US", "PL", 2), ("PL", "CZ", 1)],
    columns=["truth", "predicted", "n"],
)


def test_codes_are_read_in_any_case_and_once() -> None:
    given = ["pl", "CZ", "xx", "PL", "us"]
    known = set(COUNTRIES["country"])
    assert country_queries.codes(given, known, most=4) == ["PL", "CZ", "US"]
    assert country_queries.codes(given, known, most=2) == ["PL", "CZ"]
    assert country_queries.unknown(given, known) == ["xx"]


def test_what_a_country_is_taken_for() -> None:
    found = country_queries.taken_for(CONFUSED, COUNTRIES, "PL")
    assert found["country_name"].tolist() == ["United States", "Poland", "Czechia"]
    assert found["region"].tolist() == ["West", "East", "East"]
    assert found["probability"].tolist() == [0.6, 0.3, 0.1]


def test_what_is_taken_for_a_country_with_ties_by_code() -> None:
    found = country_queries.takes(CONFUSED, COUNTRIES, "PL")
    assert found["country"].tolist() == ["CZ", "PL", "US"]
    assert found["probability"].tolist() == [0.375, 0.375, 0.25]
    assert country_queries.takes(CONFUSED.head(0), COUNTRIES, "PL").empty


def test_quality_keeps_the_order_and_the_undefined() -> None:
    rows = [("PL", "recall", 0.5), ("PL", "precision", None), ("CZ", "recall", 0.25)]
    rows += [("PL", "listeners_true", 4.0), ("PL", "one_vs_rest_accuracy", 1.0)]
    metrics = pd.DataFrame(rows, columns=["subject", "metric", "value"])
    found = country_queries.quality(metrics, ["PL", "US", "CZ"])
    assert found.columns.tolist() == [
        *("country", "recall", "top_5_recall", "precision", "f1"),
        *("listeners_true", "listeners_predicted"),
    ]
    assert found["country"].tolist() == ["PL", "CZ"]
    assert found["recall"].tolist() == [0.5, 0.25]
    assert math.isnan(found["precision"][0])
    assert found["listeners_true"][0] == 4
    assert country_queries.quality(metrics.head(0), ["PL"]).empty


def test_top_artists_stop_at_the_rank_and_at_the_row(tiny_build: Build) -> None:
    found = tiny_build.sql(country_queries.TOP_ARTISTS, ["PL", 7, 7])
    expected = (
        tiny_build.read("artist_rank_in_country", "country = 'PL'")
        .sort_values(["rank", "artist"])
        .head(7)
    )
    names = tiny_build.read("artists").set_index("artist")["artist_name"]
    for column in ("rank", "artist", "plays", "listeners"):
        assert found[column].tolist() == expected[column].tolist()
    assert found["artist_name"].tolist() == names[expected["artist"]].tolist()


def test_typical_artists_are_those_of_the_table(tiny_build: Build) -> None:
    found = tiny_build.sql(country_queries.TYPICAL_ARTISTS, ["FI"])
    expected = tiny_build.read("typical_artists", "country = 'FI'").sort_values("rank")
    assert len(found) > 1
    assert found["artist"].tolist() == expected["artist"].tolist()
    assert found["lift"].tolist() == expected["lift"].tolist()


def test_neighbours_are_those_of_the_table(tiny_build: Build) -> None:
    found = tiny_build.sql(country_queries.NEIGHBOURS, ["PL"])
    expected = tiny_build.read("country_neighbours", "country = 'PL'").sort_values("rank")
    assert found["country"].tolist() == expected["neighbour"].tolist()
    assert found["similarity"].tolist() == expected["similarity"].tolist()


def test_shares_equal_recall_and_precision(tiny_build: Build) -> None:
    recipe, countries = tiny_build.manifest.default_recipe, tiny_build.read("countries")
    confused = tiny_build.sql(country_queries.CONFUSED, [recipe, "test", "BR", "BR"])
    metrics = tiny_build.read(
        "metrics", f"recipe = '{recipe}' AND part = 'test' AND view = 'country'"
    )
    quality = country_queries.quality(metrics, ["BR"]).iloc[0]
    taken = country_queries.taken_for(confused, countries, "BR").set_index("country")
    takes = country_queries.takes(confused, countries, "BR").set_index("country")
    assert taken.at["BR", "probability"] == pytest.approx(quality["recall"])
    assert takes.at["BR", "probability"] == pytest.approx(quality["precision"])
    assert taken["n"].sum() == quality["listeners_true"]
    assert takes["n"].sum() == quality["listeners_predicted"]
