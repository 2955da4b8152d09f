from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from app.queries import artist_map as queries
from pipeline.core.builds.build import Build


@pytest.fixture
def many(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A thousand artists, every second one of the north, the others without a profile."""
    connection.execute(
        """
        CREATE TABLE artist_map AS
            SELECT CAST(n AS INTEGER) AS artist, CAST(n AS FLOAT) AS x, CAST(-n AS FLOAT) AS y
            FROM range(1000) AS r(n);
        CREATE TABLE artists AS
            SELECT artist, 'name ' || artist AS artist_name, 2000 - artist AS listeners,
                artist AS plays
            FROM artist_map;
        CREATE TABLE artist_profiles AS
            SELECT artist, 'FI' AS country, 'North' AS region, 0.5 AS locality
            FROM artists WHERE artist % 2 = 0;
        CREATE TABLE countries AS SELECT 'FI' AS country, 'Finland' AS country_name;
        """
    )
    return connection


def places(
    connection: duckdb.DuckDBPyConnection, regions: list[str], always: int, most: int
) -> pd.DataFrame:
    return connection.sql(queries.POINTS, params=[regions, always, most]).df()


def test_all_artists_are_given_when_there_is_room(many: duckdb.DuckDBPyConnection) -> None:
    found = places(many, [], 10, 1000)
    assert found["artist"].tolist() == list(range(1000))
    assert found["placed"].unique().tolist() == [1000]
    assert found.columns.tolist() == [
        *("artist", "x", "y", "artist_name", "listeners", "plays"),
        *("country_name", "region", "locality", "placed"),
    ]
    assert found["region"].isna().sum() == 500


def test_a_sample_holds_the_most_heard_and_the_others_evenly(
    many: duckdb.DuckDBPyConnection,
) -> None:
    found = places(many, [], 100, 280)
    assert len(found) == 280
    assert found["placed"].iloc[0] == 1000
    assert found["artist"].head(100).tolist() == list(range(100))
    others = found.loc[found["artist"] >= 100, "artist"]
    # 180 of 900 others: 20 of each hundred, not the first 180.
    by_hundred = (others // 100).value_counts().sort_index()
    assert by_hundred.index.tolist() == list(range(1, 10))
    assert by_hundred.between(17, 23).all()
    again = places(many, [], 100, 280)
    assert again["artist"].tolist() == found["artist"].tolist()


def test_regions_choose_before_the_sample(many: duckdb.DuckDBPyConnection) -> None:
    found = places(many, ["North", "Elsewhere"], 10, 300)
    assert len(found) == 300
    assert set(found["region"]) == {"North"}
    assert found["placed"].iloc[0] == 500
    assert places(many, ["Elsewhere"], 10, 300).empty


def test_places_of_some_artists(many: duckdb.DuckDBPyConnection) -> None:
    found = many.sql(queries.POINTS_OF, params=[[7, 3, 5000]]).df()
    assert found["artist"].tolist() == [3, 7]
    assert many.sql(queries.POINTS_OF, params=[[]]).df().empty


def test_the_extent_is_that_of_all_artists(tiny_build: Build) -> None:
    table = tiny_build.read("artist_map")
    found = tiny_build.sql(queries.EXTENT).iloc[0]
    assert found.tolist() == [
        table["x"].min(),
        table["x"].max(),
        table["y"].min(),
        table["y"].max(),
    ]


def test_details_equal_the_tables(tiny_build: Build) -> None:
    chosen = tiny_build.read("artist_map")["artist"].iloc[[0, 5, 40]].tolist()
    details = tiny_build.sql(queries.DETAILS, [chosen, 3, 5])
    details = queries.in_given_order(details, chosen[::-1])
    assert details["artist"].tolist() == chosen[::-1]
    names = tiny_build.read("artists").set_index("artist")["artist_name"]
    profiles = tiny_build.read("artist_profiles").set_index("artist")
    countries = tiny_build.read("countries", "kept")
    ranks = tiny_build.read("country_rank_per_artist").merge(countries, on="country")
    for row in details.to_dict("records"):
        own = ranks[ranks["artist"] == row["artist"]].sort_values(["rank", "country"])
        assert row["top_countries"] == ", ".join(own["country_name"].head(3))
        near = tiny_build.read("artist_neighbours", "artist = ?", [row["artist"]])
        nearest = near.sort_values("rank")["neighbour"].head(5)
        assert row["nearest"] == ", ".join(names[nearest])
        assert row["artist_name"] == names[row["artist"]]
        assert row["locality"] == profiles.at[row["artist"], "locality"]
        assert row["region"] == profiles.at[row["artist"], "region"]


def test_neighbours_are_the_nearest_first(tiny_build: Build) -> None:
    table = tiny_build.read("artist_neighbours", "artist = 3").sort_values("rank")
    found = tiny_build.sql(queries.NEIGHBOURS, [3, 4])["neighbour"]
    assert found.tolist() == table["neighbour"].head(4).tolist()


def test_countries_and_what_is_near(tiny_build: Build) -> None:
    found = tiny_build.sql(queries.COUNTRIES, [2, []])
    countries = tiny_build.read("countries").set_index("country")
    assert set(found["country"]) == set(tiny_build.read("country_map")["country"])
    assert found["listeners"].is_monotonic_decreasing
    first = found.iloc[0]
    near = tiny_build.read("country_neighbours", "country = ? AND rank <= 2", [first["country"]])
    names = countries.loc[near.sort_values("rank")["neighbour"], "country_name"]
    assert first["nearest"] == ", ".join(names)
    region = first["region"]
    within = tiny_build.sql(queries.COUNTRIES, [2, [region]])
    assert set(within["country"]) == set(found.loc[found["region"] == region, "country"])


def test_artists_are_counted_the_most_first() -> None:
    table = pd.DataFrame({"artist": [1, 2, 3, 4, 5], "region": ["B", "C", "C", "A", None]})
    counts = queries.artists_by(table, "region")
    assert list(counts.items()) == [("C", 2), ("A", 1), ("B", 1)]


def test_rows_follow_the_numbers_given() -> None:
    details = pd.DataFrame({"artist": [1, 2, 3], "name": ["a", "b", "c"]})
    assert queries.in_given_order(details, [3, 9, 1, 2])["name"].tolist() == ["c", "a", "b"]
    assert details.columns.tolist() == ["artist", "name"]
