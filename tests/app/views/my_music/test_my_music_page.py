from __future__ import annotations

import pytest
from music_page import NONSENSE, button, enter
from pages import opened, words
from streamlit.testing.v1 import AppTest

from app.look.words import percent, plain
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Play, Predictor


def test_an_empty_page_invites(app: AppTest) -> None:
    assert not app.exception
    assert "Enter some artists to see" in words(app)
    assert "Nothing is stored or logged" in words(app)


def test_the_answer_is_the_predictors(app: AppTest, tiny_build: Build, artists: list[str]) -> None:
    enter(app, "\n".join(f"{name} (10)" for name in artists))
    expected = Predictor.open(tiny_build).predict([Play(name, 10) for name in artists])
    table = app.dataframe[-1].value
    assert table["country_name"].tolist() == expected.country["country_name"].tolist()
    shown = (table["probability"] / 100).tolist()
    assert shown == pytest.approx(expected.country["probability"].tolist())
    first = expected.country.iloc[0]
    said = f"Most like listeners in **{first['country_name']}** ({percent(first['probability'])})"
    assert said in words(app)
    assert f"**{len(artists)} of {len(artists)}** artists found" in words(app)
    assert "not a statement about anybody's nationality or ethnicity" in words(app)
    assert "**These people are simulated**" in words(app)


def test_recipe_and_scrobbles_are_passed_on(
    app: AppTest, tiny_build: Build, artists: list[str]
) -> None:
    enter(app, "\n".join(artists))
    labels = tiny_build.read("recipes").set_index("recipe")["label"]
    for recipe in tiny_build.manifest.recipes:
        app.selectbox(key="recipe").set_value(labels[recipe])
        app.number_input(key="scrobbles").set_value(5000)
        app.run()
        assert not app.exception
        expected = Predictor.open(tiny_build).predict(
            [Play(name) for name in artists], recipe=recipe, total_scrobbles=5000
        )
        shown = (app.dataframe[-1].value["probability"] / 100).tolist()
        assert shown == pytest.approx(expected.country["probability"].tolist())


def test_unknown_names_are_told_and_count_by_themselves(app: AppTest, artists: list[str]) -> None:
    enter(app, "\n".join([*artists[:3], NONSENSE]))
    assert "**3 of 4** artists found" in words(app)
    assert f"**{NONSENSE}** is not in this build, and counts by its name alone" in words(app)
    enter(app, f"{NONSENSE}\nXqzzk Wvvkjq")
    assert "**0 of 2** artists found" in words(app)
    assert "**Not sure:** no artist of the list is known well" in words(app)


def test_corrected_names_are_shown(app: AppTest, artists: list[str]) -> None:
    long = max(artists, key=len)
    enter(app, f"{long}.\n{artists[0]}")
    assert f"{plain(long + '.')} → **{plain(long)}**" in words(app)


def test_only_the_first_fifty_count(app: AppTest, tiny_build: Build) -> None:
    names = tiny_build.sql("SELECT artist_name FROM artists ORDER BY artist LIMIT 55")
    enter(app, "\n".join(names["artist_name"]))
    assert "only the first 50 count" in words(app)


def test_a_hit_of_the_search_is_added(app: AppTest, artists: list[str]) -> None:
    enter(app, artists[0])
    app.text_input(key="artist_search").set_value(artists[1]).run()
    button(app, plain(artists[1])).click().run()  # type: ignore[attr-defined]
    assert not app.exception
    assert app.text_area(key="artists").value == f"{artists[0]}\n{artists[1]}"
    assert app.text_input(key="artist_search").value == ""


def test_examples_go_round_and_can_be_cleared(app: AppTest) -> None:
    seen = []
    for _ in range(2):
        button(app, "Show an example").click().run()  # type: ignore[attr-defined]
        assert not app.exception
        seen.append(app.text_area(key="artists").value)
        assert "Example: favourites of listeners in" in words(app)
    assert all(seen)
    assert seen[0] != seen[1]
    enter(app, f"{seen[1]}\nand more")
    assert "Example:" not in words(app)
    button(app, "Clear everything").click().run()  # type: ignore[attr-defined]
    assert app.text_area(key="artists").value == ""


def test_the_region_of_the_second_layer_is_chosen(
    app: AppTest, tiny_build: Build, artists: list[str]
) -> None:
    enter(app, "\n".join(artists))
    for region in tiny_build.read("regions")["region"]:
        app.multiselect(key="regions").set_value([region]).run()
        assert not app.exception
        assert f"If the listener lives in {region}." in words(app)


def test_the_address_holds_the_list(tiny_current: None, artists: list[str]) -> None:
    app = opened("my_music", artists="\n".join(artists[:3]))
    assert "**3 of 3** artists found" in words(app)


def test_the_artists_of_the_last_list_are_remembered(
    app: AppTest, tiny_build: Build, artists: list[str]
) -> None:
    assert "my_artists" not in app.session_state
    enter(app, "\n".join([*artists[:3], NONSENSE]))
    numbers = tiny_build.read("artists").set_index("artist_name")["artist"]
    assert app.session_state["my_artists"] == [numbers[name] for name in artists[:3]]
    button(app, "Clear everything").click().run()  # type: ignore[attr-defined]
    assert not app.exception
    assert "my_artists" not in app.session_state


def test_flows_are_told_in_words(app: AppTest, tiny_build: Build, artists: list[str]) -> None:
    enter(app, "\n".join(artists))
    country = Predictor.open(tiny_build).predict([Play(name) for name in artists]).country
    first = country.iloc[0]
    told = f"{first['region']} to {first['country_name']} {percent(first['probability'])}"
    assert f"Most goes from {told}" in words(app)
