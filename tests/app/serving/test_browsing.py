from __future__ import annotations

import pytest
from api_client import problem
from fastapi.testclient import TestClient

from pipeline.core.builds.build import Build


def test_artists_are_found_though_misspelt(client: TestClient, tiny_build: Build) -> None:
    row = tiny_build.sql(
        "SELECT artist, artist_name, listeners FROM artists WHERE length(artist_name) > 9 "
        "AND regexp_full_match(artist_name, '[A-Za-z ]+') ORDER BY artist LIMIT 1"
    ).iloc[0]
    name = str(row["artist_name"])
    misspelt = name[:5] + name[6:]
    told = client.get("/artists", params={"query": misspelt, "limit": 3}).json()
    assert told["query"] == misspelt
    assert told["artists"][0] == {
        "artist": row["artist"],
        "artist_name": name,
        "listeners": row["listeners"],
    }
    assert len(told["artists"]) <= 3
    assert client.get("/artists", params={"query": "qqqqqqqqqqq"}).json()["artists"] == []


def test_an_artist_is_told_as_the_tables_have_it(client: TestClient, tiny_build: Build) -> None:
    told = client.get("/artists/3").json()
    row = tiny_build.read("artists", "artist = 3").iloc[0]
    profile = tiny_build.read("artist_profiles", "artist = 3").iloc[0]
    places = tiny_build.read("country_rank_per_artist", "artist = 3 ORDER BY rank, country")
    near = tiny_build.read("artist_neighbours", "artist = 3 ORDER BY rank")
    assert (told["artist_name"], told["plays"]) == (row["artist_name"], row["plays"])
    assert told["belongs"]["country"] == profile["country"]
    assert told["belongs"]["lift"] == profile["lift"]
    assert [p["country"] for p in told["places"]] == places["country"].tolist()
    assert [p["popularity"] for p in told["places"]] == places["popularity"].tolist()
    assert [n["artist"] for n in told["neighbours"]] == near["neighbour"].tolist()


def test_an_artist_that_nobody_learned_from_belongs_nowhere(
    client: TestClient, tiny_build: Build
) -> None:
    bare = tiny_build.sql("SELECT artist FROM artists ANTI JOIN artist_profiles USING (artist)")
    told = client.get(f"/artists/{bare['artist'].iat[0]}").json()
    assert told["belongs"] is None
    assert told["neighbours"] == []


def test_a_country_is_told_as_the_tables_have_it(client: TestClient, tiny_build: Build) -> None:
    code = tiny_build.sql("SELECT country FROM countries WHERE kept LIMIT 1")["country"].iat[0]
    told = client.get(f"/countries/{code.lower()}", params={"limit": 4}).json()
    top = tiny_build.read("artist_rank_in_country", "country = ? ORDER BY rank, artist", [code])
    typical = tiny_build.read("typical_artists", "country = ? ORDER BY rank LIMIT 4", [code])
    near = tiny_build.read("country_neighbours", "country = ? ORDER BY rank LIMIT 4", [code])
    recall = tiny_build.read(
        "metrics",
        "recipe = ? AND view = 'country' AND subject = ? AND metric = 'recall'",
        [tiny_build.manifest.default_recipe, code],
    ).set_index("part")["value"]
    assert told["country"] == code
    assert [a["artist"] for a in told["top_artists"]] == top["artist"].head(4).tolist()
    assert [a["artist"] for a in told["typical_artists"]] == typical["artist"].tolist()
    assert [n["country"] for n in told["neighbours"]] == near["neighbour"].tolist()
    assert {q["part"]: q["recall"] for q in told["quality"]} == {
        "valid": recall["valid"],
        "test": recall["test"],
    }


def test_what_is_not_there_is_said_to_be_so(client: TestClient) -> None:
    assert "number 2000000 in this build" in problem(client.get("/artists/2000000"), 404)["detail"]
    assert "country ZZ" in problem(client.get("/countries/zz"), 404)["detail"]


@pytest.mark.parametrize(
    ("path", "parameter", "came"),
    [
        ("/artists/many", "artist", '"many"'),
        ("/artists?query=", "query", '""'),
        ("/artists?query=a&limit=0", "limit", '"0"'),
        ("/countries/POL", "code", '"POL"'),
        ("/countries/PL?recipe=forest", "recipe", '"forest"'),
    ],
)
def test_a_parameter_that_is_wrong_is_named(
    client: TestClient, path: str, parameter: str, came: str
) -> None:
    (error,) = problem(client.get(path), 422)["errors"]
    assert (error["parameter"], error["came"]) == (parameter, came)


def test_the_build_tells_of_itself(client: TestClient, tiny_build: Build) -> None:
    told = client.get("/build").json()
    manifest = tiny_build.manifest
    assert told["build"] == manifest.id
    assert told["source"] == manifest.source.model_dump()
    assert [recipe["recipe"] for recipe in told["recipes"]] == sorted(manifest.recipes)
    assert {r["recipe"]: r["headline"] for r in told["recipes"]} == manifest.headline
    kept = tiny_build.read("countries", "kept ORDER BY position")
    assert [c["country"] for c in told["countries"]] == kept["country"].tolist()
    assert told["listeners"] == kept["listeners"].sum()
    assert told["artists_per_list"] == manifest.config["clean"]["top_artists"] == 50
