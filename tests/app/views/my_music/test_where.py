from __future__ import annotations

import numpy as np
from music_page import NONSENSE, alts, enter, look_at
from pages import run, words
from streamlit.testing.v1 import AppTest

from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Play, Predictor


def test_the_list_lies_among_artists_and_countries(
    app: AppTest, tiny_build: Build, predictor: Predictor, artists: list[str]
) -> None:
    enter(app, "\n".join(artists))
    look_at(app, "Where am I")
    codes, vectors = tiny_build.vectors("country_tastes")
    seen = predictor.mean_vector([Play(name) for name in artists]) - vectors[list(codes).index("")]
    cosines = {code: vector @ seen for code, vector in zip(codes, vectors, strict=True) if code}
    nearest = max(cosines, key=lambda code: cosines[code])
    names = tiny_build.read("countries").set_index("country")["country_name"]
    cosine = f"{cosines[nearest] / np.linalg.norm(seen):.2f}"
    told = next(alt for alt in alts(app) if alt.startswith("Countries whose taste"))
    assert told.startswith(
        f"Countries whose taste is most like the list's: {names[nearest]} {cosine}"
    )
    assert any(alt.startswith("Map of artists by taste with") for alt in alts(app))


def test_the_list_stands_beside_a_typical_one(app: AppTest, tiny_build: Build) -> None:
    typical = tiny_build.sql(
        "SELECT a.artist_name FROM typical_artists AS t JOIN artists AS a USING (artist) "
        "WHERE t.country = 'MX' ORDER BY t.rank"
    )["artist_name"].tolist()
    chosen = [name for name in typical if name.replace(" ", "").isalpha()][:3]
    enter(app, "\n".join(chosen))
    look_at(app, "Where am I")
    app.selectbox(key="typical_of").set_value("Mexico")
    run(app)
    said = (
        f"Your list has **3 of the {len(typical)}** artists most typical of **Mexico**: {chosen[0]}"
    )
    assert said in words(app)
    shown = app.dataframe[-1].value
    assert shown.loc[shown["yours"], "artist_name"].tolist() == chosen


def test_a_list_of_strangers_has_no_place(app: AppTest) -> None:
    enter(app, NONSENSE)
    look_at(app, "Where am I")
    assert "No artist of the list has enough listeners for a place on the map." in words(app)
    assert "No artist of the list has a place in the taste space." in words(app)
