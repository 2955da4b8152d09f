from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from app.queries import artists as artist_queries
from pipeline.core.builds.build import Build

COUNTRIES = pd.DataFrame(
    {
        "country": ["IS", "SE", "US"],
        "country_name": ["Iceland", "Sweden", "United States"],
        "popularity": [0.01, 0.002, 0.002],
        "plays": [10.0, 30.0, 60.0],
        "listeners": [1, 3, 6],
        "country_listeners": [10, 40, 150],
    }
)


def artist(**known: Any) -> dict[str, Any]:
    return {"listeners": 10, "locality": 0.5, "country_name": "United States"} | known


def test_places_join_both_rank_tables(tiny_build: Build) -> None:
    found = tiny_build.sql(artist_queries.COUNTRIES, [3, 3])
    expected = (
        tiny_build.read("country_rank_per_artist", "artist = 3")
        .merge(tiny_build.read("artist_rank_in_country")[["artist", "country", "listeners"]])
        .sort_values(["rank", "country"])
    )
    assert len(found) > 1
    for column in ("country", "rank", "popularity", "plays", "listeners"):
        assert found[column].tolist() == expected[column].tolist()
    stated = tiny_build.read("countries").set_index("country")["listeners"]
    assert found["country_listeners"].tolist() == stated[found["country"]].tolist()


def test_an_artist_without_a_profile_is_still_found(tiny_build: Build) -> None:
    profiled = set(tiny_build.read("artist_profiles")["artist"])
    bare = next(a for a in tiny_build.read("artists")["artist"] if a not in profiled)
    row = tiny_build.sql(artist_queries.ARTIST, [bare]).iloc[0]
    assert row["artist"] == bare
    assert row[["country", "country_name", "lift", "locality"]].isna().all()
    assert len(tiny_build.sql(artist_queries.ARTIST, [0])) == 1


def test_neighbours_are_those_of_the_table(tiny_build: Build) -> None:
    found = tiny_build.sql(artist_queries.NEIGHBOURS, [0])
    expected = tiny_build.read("artist_neighbours", "artist = 0").sort_values("rank")
    names = tiny_build.read("artists").set_index("artist")["artist_name"]
    assert found["artist"].tolist() == expected["neighbour"].tolist()
    assert found["similarity"].tolist() == expected["similarity"].tolist()
    assert found["artist_name"].tolist() == names[expected["neighbour"]].tolist()


def test_the_world_is_everybody(tiny_build: Build) -> None:
    world = tiny_build.sql(artist_queries.WORLD).iloc[0]
    assert world["plays"] == tiny_build.read("artists")["plays"].sum()
    assert world["listeners"] == tiny_build.read("countries")["listeners"].sum()


@pytest.mark.parametrize("given", ["", "-1", "5", "2.0", "x", "²", "1" * 30])
def test_only_numbers_of_the_build_are_read(given: str) -> None:
    assert artist_queries.number(given, artists=5) is None


def test_numbers_are_read() -> None:
    assert artist_queries.number("0", artists=5) == 0
    assert artist_queries.number("04", artists=5) == 4


def test_popularity_is_ordered_and_ties_go_by_country() -> None:
    found = artist_queries.by_popularity(COUNTRIES.iloc[::-1])
    assert found["country"].tolist() == ["IS", "SE", "US"]
    assert found["probability"].tolist() == [0.01, 0.002, 0.002]


def test_plays_become_shares_beside_the_shares_of_listeners() -> None:
    found = artist_queries.by_plays(COUNTRIES, plays=100, listeners=200)
    assert found["country"].tolist() == ["US", "SE", "IS"]
    assert found["probability"].tolist() == [0.6, 0.3, 0.1]
    assert found["share"].tolist() == [0.75, 0.2, 0.05]
    nothing = artist_queries.by_plays(COUNTRIES.assign(plays=0.0), plays=0, listeners=200)
    assert nothing["probability"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"listeners": 4}, "Too few listeners play it to say where it belongs."),
        ({"locality": None}, "Too few listeners play it to say where it belongs."),
        (
            {"locality": 0.1},
            "Played almost everywhere alike, and is most typical of United States.",
        ),
        ({}, "Played mostly in United States (60% of its listeners)."),
        (
            {"country_name": "Iceland"},
            "Played mostly in United States (60% of its listeners), and is most typical of "
            "Iceland.",
        ),
    ],
)
def test_locality_in_words(known: dict[str, Any], said: str) -> None:
    assert artist_queries.belonging(artist(**known), COUNTRIES, least=5) == said


def test_without_a_majority_the_words_follow_the_locality() -> None:
    places = COUNTRIES.assign(listeners=[4, 3, 3])
    said = {
        locality: artist_queries.belonging(artist(locality=locality), places, least=5)
        for locality in (0.2, 0.4)
    }
    assert said[0.2].startswith("Played in much of the world, more in some places")
    assert said[0.4].startswith("Played in some places far more than in others")
