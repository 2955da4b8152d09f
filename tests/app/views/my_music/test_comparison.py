from __future__ import annotations

import numpy as np
import pandas as pd
from music_page import enter, look_at
from pages import run, words
from streamlit.testing.v1 import AppTest

from app.look.words import percent, plain
from app.views.my_music.comparison import likeness, shared_in_words
from pipeline.core.model.predictor import Known, Play, Predictor


def test_shared_artists_are_told_in_the_order_of_the_first_list() -> None:
    mine = [Known("b", 2, "Beta"), Known("B", 2, "Beta"), Known("a", 1, "Alpha")]
    theirs = [Known("a", 1, "Alpha"), Known("x", 2, "Beta")]
    assert shared_in_words(mine, theirs) == "The lists share **2 artists**: Beta and Alpha."
    assert shared_in_words(mine, theirs[:1]) == "The lists share **1 artist**: Alpha."
    assert shared_in_words(mine, []) == "The lists share **no artist**."


def test_likeness_is_what_both_answers_hold_and_the_angle_between_lists() -> None:
    mine = pd.DataFrame({"country": ["FI", "PL"], "probability": [0.7, 0.3]})
    theirs = pd.DataFrame({"country": ["PL", "FI"], "probability": [0.8, 0.2]})
    one, other = np.array([3, 4], np.float32), np.array([6, 0], np.float32)
    # min(.7, .2) + min(.3, .8); the cosine of (3, 4) and (1, 0) is 3 / 5.
    assert likeness(mine, theirs, [one, other]) == (
        "The answers agree in 50% of their probability. In taste space the lists have a similarity "
        "of 0.60 (1 is the same)."
    )
    assert "taste" not in likeness(mine, theirs, [one, other * 0])


def test_two_lists_are_answered_side_by_side(
    app: AppTest, predictor: Predictor, artists: list[str]
) -> None:
    enter(app, "\n".join(artists[:6]))
    look_at(app, "Two lists")
    assert "Paste a second list" in words(app)
    app.text_area(key="other_artists").set_value("\n".join(artists[4:10]))
    run(app)
    assert f"The lists share **2 artists**: {plain(artists[4])} and {plain(artists[5])}." in words(
        app
    )
    for names in (artists[:6], artists[4:10]):
        first = predictor.predict([Play(name) for name in names]).country.iloc[0]
        shown = f"**{plain(first['country_name'])}** ({percent(first['probability'])})"
        assert shown in words(app)
