from __future__ import annotations

import pandas as pd
import pytest
from pages import page, run, words
from streamlit.testing.v1 import AppTest

from app.look.words import plain
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Play, Predictor

pytestmark = pytest.mark.usefixtures("tiny_current")


@pytest.fixture
def app() -> AppTest:
    return page("artists")


def shown(app: AppTest, artist: object = None, **params: str) -> AppTest:
    for name, value in params.items():
        app.query_params[name] = value
    if artist is not None:
        app.query_params["artist"] = str(artist)
    return run(app)


def places(app: AppTest) -> pd.DataFrame:
    return next(d.value for d in app.dataframe if "per_million" in d.value)


def without(build: Build, table: str) -> int:
    found = build.sql(f"SELECT min(artist) AS a FROM artists ANTI JOIN {table} USING (artist)")
    return int(found["a"].iloc[0])


def test_the_artist_with_the_most_listeners_comes_first(app: AppTest, tiny_build: Build) -> None:
    first = tiny_build.read("artists", "artist = 0").iloc[0]
    assert first["listeners"] == tiny_build.read("artists")["listeners"].max()
    shown(app)
    assert app.header[0].value == plain(first["artist_name"])
    assert "artist" not in app.query_params


def test_the_figures_are_those_of_the_build(app: AppTest, tiny_build: Build) -> None:
    artist = tiny_build.read("artists", "artist = 17").iloc[0]
    ranks = tiny_build.read("country_rank_per_artist", "artist = 17").sort_values(
        ["rank", "country"]
    )
    names = tiny_build.read("countries").set_index("country")["country_name"]
    shown(app, 17)
    said = {m.label: m.value for m in app.metric}
    assert said["Listeners"] == f"{artist['listeners']:,}"
    assert said["Plays"] == f"{artist['plays']:,}"
    assert said["Countries"] == str(len(ranks))
    table = places(app)
    assert table["rank"].tolist() == ranks["rank"].tolist()
    assert table["plays"].tolist() == ranks["plays"].round().tolist()
    assert table["per_million"].tolist() == pytest.approx((ranks["popularity"] * 1e6).tolist())
    assert table["country_name"].tolist() == [names[code] for code in ranks["country"]]
    addresses = [f"/countries?country={code}" for code in ranks["country"]]
    assert table["country_name_link"].tolist() == addresses


def test_countries_with_few_listeners_are_left_out_until_wanted(
    app: AppTest, tiny_build: Build
) -> None:
    few = tiny_build.read("countries", "NOT kept").iloc[0]
    only_there = tiny_build.sql(
        "SELECT artist FROM country_rank_per_artist GROUP BY artist "
        "HAVING count(*) = 1 AND min(country) = ? ORDER BY artist LIMIT 1",
        [few["country"]],
    )["artist"].iloc[0]
    said = "Nobody plays it in a country with enough listeners"
    assert said in words(shown(app, only_there))
    app.toggle(key="artist_few").set_value(True).run()
    assert not app.exception
    assert said not in words(app)


@pytest.mark.parametrize("measure", ["Popularity", "Plays"])
def test_the_address_chooses_the_measure(app: AppTest, measure: str) -> None:
    shown(app, 3, artist_by=measure)
    assert app.segmented_control(key="artist_by").value == measure
    assert ("Grey ticks: its share of all listeners" in words(app)) == (measure == "Plays")
    assert ("Popularity is the artist's share" in words(app)) == (measure == "Popularity")


def test_the_model_is_asked_for_this_artist_alone(app: AppTest, tiny_build: Build) -> None:
    artist = tiny_build.read("artists", "artist = 5").iloc[0]
    expected = Predictor.open(tiny_build).predict([Play(artist["artist_name"])])
    shown(app, 5)
    first = expected.country.iloc[0]["country_name"]
    assert f"it says: most like listeners in **{first}**" in words(app)


def test_an_artist_without_a_vector_says_so(app: AppTest, tiny_build: Build) -> None:
    bare = without(tiny_build, "artist_neighbours")
    said = words(shown(app, bare))
    assert "so nothing is near" in said
    assert "In a list it tells the model nothing" in said
    assert "it says: most like" not in said


def test_an_artist_of_nobody_learned_from_is_shown(app: AppTest, tiny_build: Build) -> None:
    bare = without(tiny_build, "artist_profiles")
    shown(app, bare)
    assert "Locality" not in {m.label for m in app.metric}
    assert "Too few listeners play it to say where it belongs." in words(app)


@pytest.mark.parametrize("wrong", ["x", "-1", "99999999"])
def test_a_number_of_no_artist_is_told(app: AppTest, tiny_build: Build, wrong: str) -> None:
    last = len(tiny_build.read("artists")) - 1
    said = words(shown(app, wrong))
    assert f"There is no artist number “{plain(wrong)}”" in said
    assert f"from 0 to {last}" in said


def test_a_hit_of_the_search_is_opened(app: AppTest, tiny_build: Build) -> None:
    name = tiny_build.read("artists", "artist = 9")["artist_name"].iloc[0]
    shown(app)
    app.text_input(key="artist_found").set_value(name).run()
    hits = [b for b in app.button if str(b.key).startswith("open_")]
    assert 1 <= len(hits) <= 50
    app.button(key="open_9").click().run()
    assert not app.exception
    assert app.header[0].value == plain(name)
    assert app.query_params["artist"] == "9"
    assert app.text_input(key="artist_found").value == ""


def test_a_search_without_a_hit_says_so(app: AppTest) -> None:
    shown(app)
    app.text_input(key="artist_found").set_value("Qzxwv Jkqzpf").run()
    assert "No artist of this build is called anything like" in words(app)
