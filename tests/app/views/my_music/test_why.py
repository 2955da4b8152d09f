from __future__ import annotations

import math

import pytest
from music_page import NONSENSE, alts, enter, look_at
from pages import run, words
from streamlit.testing.v1 import AppTest

from app.views.my_music.why import times
from pipeline.core.model.explanation import explain
from pipeline.core.model.predictor import Play, Predictor


@pytest.mark.parametrize(
    ("effect", "written"),
    [
        (math.log(2), "× 2.00"),
        (-math.log(2), "÷ 2.00"),
        (0.0, "× 1.00"),
        (math.log(12.3), "× 12"),
        (-math.log(5000), "÷ 5,000"),
    ],
)
def test_effects_are_told_as_factors(effect: float, written: str) -> None:
    assert times(effect) == written


def test_the_artists_that_move_a_country_are_told(
    app: AppTest, predictor: Predictor, artists: list[str]
) -> None:
    enter(app, "\n".join(artists))
    look_at(app, "Why")
    explanation = explain(predictor, [Play(name) for name in artists])
    names = explanation.prediction.country.set_index("country")["country_name"]
    for code in explanation.prediction.country["country"].iloc[[0, 2]]:
        app.selectbox(key="why_country").set_value(names[code])
        run(app)
        effects = explanation.country[:, explanation.countries.index(code)]
        loudest = explanation.artists[int(effects.argmax())].artist_name
        assert effects.max() > 0
        told = next(alt for alt in alts(app) if alt.startswith("How artists move"))
        assert told.startswith(
            f"How artists move the answer for {names[code]}: toward it {loudest}"
        )
    shown = app.dataframe[-1].value.set_index("artist_name")
    first = explanation.prediction.country["country"].iloc[0]
    effects = explanation.country[:, explanation.countries.index(first)]
    assert shown.loc[artists, names[first]].tolist() == pytest.approx(effects.tolist())


def test_strangers_are_named(app: AppTest, artists: list[str]) -> None:
    enter(app, "\n".join([*artists[:6], NONSENSE]))
    look_at(app, "Why")
    assert f"The models do not know **{NONSENSE}**: only what names like this say" in words(app)
    enter(app, "\n".join(artists[:6]))
    assert "The models know every artist of the list." in words(app)
