from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st
from pages import opened, words
from streamlit.testing.v1 import AppTest

from app.charts.artist_map import COLOURS
from app.look.palette import Palette
from app.look.words import plain
from app.queries import artist_map as queries
from app.shell import data
from pipeline.core.builds.artifacts import ARTIFACTS_VARIABLE, builds_folder, current_id
from pipeline.core.builds.build import DATABASE, Build

pytestmark = pytest.mark.usefixtures("tiny_current")

NONSENSE = "Qzxwv Jkqzpf"


@pytest.fixture
def app() -> AppTest:
    return opened("artist_map")


@pytest.fixture
def placed(tiny_build: Build) -> list[str]:
    """The best known artists with a place, whose names are written in letters alone."""
    names = tiny_build.sql(
        "SELECT artist_name FROM artist_map JOIN artists USING (artist) ORDER BY artist"
    )["artist_name"]
    return [name for name in names if name.replace(" ", "").isalpha() and len(name) > 5][:8]


def figure(app: AppTest) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(app.get("plotly_chart")[0].proto.spec)
    return told


def traces(app: AppTest) -> list[str]:
    return [trace["name"] for trace in figure(app)["data"]]


def number(build: Build, name: str) -> int:
    return int(build.read("artists", "artist_name = ?", [name])["artist"].min())


def test_the_map_holds_every_artist_that_has_a_place(app: AppTest, tiny_build: Build) -> None:
    n = len(tiny_build.read("artist_map"))
    assert n < queries.MOST_POINTS
    assert f"{n:,} artists. **Near** artists are played by the same listeners" in words(app)
    assert "Click an artist" in words(app)
    regions = tiny_build.sql(
        "SELECT DISTINCT region FROM artist_map JOIN artist_profiles USING (artist)"
    )
    assert [t for t in traces(app) if t != "No region"] == Palette().in_order(regions["region"])
    alt = app.get("plotly_chart")[0].proto.alt
    assert alt.startswith(f"Map of {n:,} artists by taste. Most played: ")


def test_a_sample_is_said_to_be_one(tiny_build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_POINTS", 300)
    monkeypatch.setattr(queries, "ALWAYS", 100)
    data._made.clear()
    app = opened("artist_map")
    data._made.clear()
    n = len(tiny_build.read("artist_map"))
    assert f"**A fair sample:** 300 of {n:,} artists" in words(app)
    assert "the 100 with the most listeners are always in" in words(app)


@pytest.mark.parametrize("colour", COLOURS)
def test_the_address_chooses_the_colour(colour: str) -> None:
    app = opened("artist_map", map_colour=colour)
    assert app.segmented_control(key="map_colour").value == colour
    if colour in ("How local", "Popularity"):
        assert "coloraxis" in figure(app)["layout"]
    else:
        assert len(traces(app)) > 1


def test_regions_filter_the_map(app: AppTest, tiny_build: Build) -> None:
    region = tiny_build.read("regions")["region"].iloc[0]
    app.multiselect(key="map_regions").set_value([region]).run()
    assert traces(app) == [region]
    n = tiny_build.sql(
        "SELECT count(*) FROM artist_map JOIN artist_profiles USING (artist) WHERE region = ?",
        [region],
    ).iat[0, 0]
    assert f"{n:,} artists. **Near**" in words(app)


def test_regions_without_an_artist_say_so(
    own_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = builds_folder(own_artifacts) / str(current_id(own_artifacts)) / DATABASE
    with duckdb.connect(str(file)) as connection:
        region = connection.sql("SELECT region FROM regions ORDER BY position").fetchall()[0][0]
        connection.execute("DELETE FROM artist_profiles WHERE region = ?", [region])
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    app = opened("artist_map", map_regions=region)
    assert "No artist on the map is most typical of these regions" in words(app)
    assert not app.get("plotly_chart")


def test_a_map_without_artists_says_so(
    own_artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = builds_folder(own_artifacts) / str(current_id(own_artifacts)) / DATABASE
    with duckdb.connect(str(file)) as connection:
        connection.execute("DELETE FROM artist_map")
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(own_artifacts))
    app = opened("artist_map")
    assert "No artist of this build has enough listeners" in words(app)


def test_chosen_countries_get_colours(app: AppTest, tiny_build: Build) -> None:
    countries = tiny_build.read("countries", "kept")
    chosen = sorted(countries["country_name"])[:2]
    app.segmented_control(key="map_colour").set_value("Country").run()
    app.multiselect(key="map_countries").set_value(chosen).run()
    assert not app.exception
    assert traces(app) == ["Other countries", *chosen]
    first = countries.set_index("country_name")["region"]
    app.multiselect(key="map_regions").set_value([first[chosen[0]]]).run()
    assert not app.exception


def test_a_misspelt_artist_is_found_and_framed(
    app: AppTest, tiny_build: Build, placed: list[str]
) -> None:
    name = max(placed, key=len)
    typed = name[:3] + name[4:]
    wide = figure(app)["layout"]["xaxis"]["range"]
    app.text_input(key="map_find").set_value(typed).run()
    assert not app.exception
    assert f"The map is at **{plain(name)}**, read from “{plain(typed)}”" in words(app)
    place = tiny_build.read("artist_map", "artist = ?", [number(tiny_build, name)]).iloc[0]
    drawn = figure(app)
    assert drawn["data"][-1]["name"] == "Found"
    assert drawn["data"][-1]["x"] == pytest.approx([place["x"]])
    assert drawn["layout"]["annotations"][0]["text"] == name[:21].rstrip() + (
        "…" if len(name) > 22 else name[21:]
    )
    left, right = drawn["layout"]["xaxis"]["range"]
    assert (left + right) / 2 == pytest.approx(place["x"])
    assert right - left < (wide[1] - wide[0]) / 5


def test_what_is_near_the_found_is_listed(
    app: AppTest, tiny_build: Build, placed: list[str]
) -> None:
    app.text_input(key="map_find").set_value(placed[0]).run()
    artist = number(tiny_build, placed[0])
    near = tiny_build.read("artist_neighbours", "artist = ?", [artist]).sort_values("rank")
    table = app.dataframe[0].value
    shown = [artist, *near["neighbour"].head(10)]
    names = [tiny_build.read("artists", "artist = ?", [n])["artist_name"].item() for n in shown]
    assert table["artist_name"].tolist() == names
    assert table["artist_name_link"].tolist() == [f"/artists?artist={n}" for n in shown]
    profile = tiny_build.read("artist_profiles", "artist = ?", [artist]).iloc[0]
    assert table["locality"].iloc[0] == pytest.approx(100 * profile["locality"])
    app.button[0].click().run()
    assert app.text_input(key="map_find").value == ""
    assert "Click an artist" in words(app)


def test_a_name_of_nobody_says_so_and_keeps_the_map(app: AppTest) -> None:
    app.text_input(key="map_find").set_value(NONSENSE).run()
    assert f"No artist of this build is called anything like “{NONSENSE}”" in words(app)
    assert "Found" not in traces(app)


def test_an_artist_without_a_place_says_so(app: AppTest, tiny_build: Build) -> None:
    names = tiny_build.sql(
        "SELECT artist_name FROM artists ANTI JOIN artist_map USING (artist) ORDER BY artist"
    )["artist_name"]
    name = next(n for n in names if n.replace(" ", "").isalpha() and len(n) > 8)
    app.text_input(key="map_find").set_value(name).run()
    assert f"Too few listeners play **{plain(name)}** for a place on the map" in words(app)
    assert "Found" not in traces(app)


@pytest.mark.parametrize("selected", [[5, 3], list(range(400))])
def test_the_selected_are_listed(
    selected: list[int], app: AppTest, tiny_build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = [{"customdata": artist} for artist in selected] + [{"x": 0}]

    def choose(*_: object, **__: object) -> dict[str, Any]:
        return {"selection": {"points": points}}

    monkeypatch.setattr(st, "plotly_chart", choose)
    app.run()
    assert not app.exception
    assert app.subheader[0].value == f"{len(selected)} artists selected"
    table = app.dataframe[0].value
    numbers = [int(link.split("=")[1]) for link in table["artist_name_link"]]
    assert numbers == sorted(selected)[: queries.MOST_ROWS]
    assert ("with the most listeners are listed" in words(app)) == (len(selected) > 300)


def test_own_artists_are_starred(app: AppTest, tiny_build: Build, placed: list[str]) -> None:
    assert "My artists" not in traces(app)
    app.session_state["my_artists"] = [number(tiny_build, name) for name in placed[:3]]
    app.run()
    assert traces(app)[-1] == "My artists"
    assert figure(app)["data"][-1]["customdata"] == sorted(app.session_state["my_artists"])
    assert "3 artists of your list on the map" in words(app)
    app.toggle(key="map_mine").set_value(False).run()
    assert "My artists" not in traces(app)


def test_own_artists_stand_in_the_address(tiny_build: Build, placed: list[str]) -> None:
    own = [number(tiny_build, name) for name in placed[:3]]
    app = opened("artist_map")
    app.session_state["my_artists"] = own
    app.run()
    asked = app.query_params["mine"]
    assert asked == ",".join(map(str, own))
    linked = opened("artist_map", mine=f"{asked},x,-1,99999999999,999999")
    assert figure(linked)["data"][-1]["customdata"] == sorted(own)


def test_countries_lie_on_a_map_of_their_own(tiny_build: Build) -> None:
    app = opened("artist_map", map_of="Countries")
    table = app.dataframe[0].value
    assert len(table) == len(tiny_build.read("country_map"))
    countries = tiny_build.read("countries").set_index("country_name")
    for row in table.to_dict("records"):
        name = row["country_name"]
        code, first = countries.at[name, "country"], row["nearest"].split(", ")[0]
        near = tiny_build.read("country_neighbours", "country = ? AND rank = 1", [code])
        assert countries.at[first, "country"] == near["neighbour"].item()
        assert row["listeners"] == countries.at[name, "listeners"]
    assert traces(app) == Palette().in_order(countries.loc[countries["kept"], "region"])
    assert "**Near** countries have listeners whose average taste is alike" in words(app)
