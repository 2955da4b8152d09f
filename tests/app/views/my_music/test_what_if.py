from __future__ import annotations

from typing import Any

import pytest
from music_page import alts, button, enter, look_at, press
from pages import run, words
from streamlit.testing.v1 import AppTest

from app.look.words import percent, plain
from app.views.my_music.what_if import changed
from pipeline.core.model.predictor import Play, Predictor

LIST = [Play("a", 100), Play("b", 10), Play("c"), Play("d", 1)]


def test_a_list_is_changed_in_play() -> None:
    plays = changed(LIST, without={"a"}, twice={"b", "c"}, added=["e", "d"])
    # Added ones get the middle play count; one that is there is not added twice.
    assert plays == [Play("e", 10), Play("b", 20), Play("c", 18), Play("d", 1)]


def test_an_untouched_list_stays_as_it_is() -> None:
    assert changed(LIST, without=(), twice=(), added=()) == LIST
    assert changed([Play("a")], without=(), twice=(), added=["b"]) == [Play("b"), Play("a")]


def widget(app: AppTest, label: str) -> Any:
    return next(found for found in app.multiselect if found.label == label)


def now(predictor: Predictor, plays: list[Play]) -> str:
    first = predictor.predict(plays).country.iloc[0]
    share = percent(first["probability"])
    return f"Now **{plain(first['country_name'])}** with **{share}**"


def test_bars_move_with_the_list(app: AppTest, predictor: Predictor, artists: list[str]) -> None:
    enter(app, "\n".join(artists))
    look_at(app, "What if")
    assert now(predictor, [Play(name) for name in artists]) in words(app)
    widget(app, "Leave out").set_value(artists[:4])
    widget(app, "Play twice as much").set_value([artists[5]])
    run(app)
    rest = [Play(name, 18 if name == artists[5] else None) for name in artists[4:]]
    assert now(predictor, rest) in words(app)
    before = predictor.predict([Play(name) for name in artists]).country.set_index("country_name")
    after = predictor.predict(rest).country.iloc[0]
    told = next(alt for alt in alts(app) if alt.startswith("Probabilities now and before"))
    was = percent(before.at[after["country_name"], "probability"])
    assert f"{after['country_name']} {percent(after['probability'])} (was {was})" in told
    press(app, "Make this my list")
    assert app.text_area(key="artists").value.splitlines() == [
        f"{play.artist_name} (18)" if play.playcount else play.artist_name for play in rest
    ]


def test_an_artist_is_added_and_taken_out_again(
    app: AppTest, predictor: Predictor, artists: list[str]
) -> None:
    enter(app, "\n".join(artists[:5]))
    look_at(app, "What if")
    app.text_input(key="what_if_search").set_value(artists[7])
    run(app)
    press(app, plain(artists[7]))
    assert now(predictor, [Play(name) for name in [artists[7], *artists[:5]]]) in words(app)
    press(app, plain(artists[7]))
    assert now(predictor, [Play(name) for name in artists[:5]]) in words(app)
    with pytest.raises(StopIteration):
        button(app, "Make this my list")


def test_an_emptied_list_is_said_to_be_empty(app: AppTest, artists: list[str]) -> None:
    enter(app, "\n".join(artists[:2]))
    look_at(app, "What if")
    widget(app, "Leave out").set_value(artists[:2])
    run(app)
    assert "Nothing is left of the list." in words(app)


def test_recipe_and_strength_move_the_bars(
    app: AppTest, predictor: Predictor, artists: list[str]
) -> None:
    enter(app, "\n".join(artists))
    look_at(app, "What if")
    app.slider(key="tau").set_value(1.0)
    run(app)
    plays = [Play(name) for name in artists]
    strong = predictor.predict(plays, tau=1.0).country.iloc[0]
    assert f"with **{percent(strong['probability'])}**" in words(app)
    assert "τ = 1 (the recipe's own: 0)" in words(app)
