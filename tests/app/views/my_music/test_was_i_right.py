from __future__ import annotations

import pandas as pd
from music_page import enter, press
from pages import run, words
from streamlit.testing.v1 import AppTest

from app.views.my_music.was_i_right import Outcome, outcome_of, tally
from pipeline.core.model.predictor import Play, Predictor


def test_the_true_country_is_looked_up() -> None:
    country = pd.DataFrame({"country": ["FI", "PL", "BR"], "in_set": [True, False, True]})
    assert outcome_of(country, "FI") == Outcome(1, True)
    assert outcome_of(country, "PL") == Outcome(2, False)


def test_outcomes_are_counted() -> None:
    outcomes = [Outcome(1, True), Outcome(5, False), Outcome(6, True)]
    assert tally(outcomes) == (
        "In this session: 3 lists, 1 right at once, 2 among the first 5, 2 in the set."
    )


def lives(app: AppTest, country: str | None) -> None:
    box = next(b for b in app.selectbox if b.label.startswith("Where the listener lives"))
    box.set_value(country)
    run(app)


def test_answers_are_counted_once_a_list_and_can_be_taken_back(
    app: AppTest, predictor: Predictor, artists: list[str]
) -> None:
    enter(app, "\n".join(artists))
    codes = predictor.predict([Play(name) for name in artists]).country["country"].tolist()
    assert "In this session" not in words(app)
    lives(app, codes[0])
    assert "**Right at once**" in words(app)
    assert "1 list, 1 right at once" in words(app)
    lives(app, codes[-1])
    assert f"**Missed**: {predictor_name(predictor, codes[-1])} is number {len(codes)}" in words(
        app
    )
    assert "1 list, 0 right at once" in words(app)
    enter(app, "\n".join(artists[:4]))
    lives(app, codes[0])
    assert "In this session: 2 lists" in words(app)
    lives(app, None)
    assert "In this session: 1 list" in words(app)
    press(app, "Clear everything")
    enter(app, "\n".join(artists))
    assert "In this session" not in words(app)


def predictor_name(predictor: Predictor, code: str) -> str:
    names = predictor.build.read("countries").set_index("country")["country_name"]
    return str(names[code])
