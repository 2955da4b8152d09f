from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from music_page import NONSENSE, enter, look_at
from pages import opened, run, words
from streamlit.testing.v1 import AppTest

from app.look.words import percent
from app.views.my_music.asking import Question
from app.views.my_music.share_link import SharedArtist, SharedList, pack, unpack
from app.views.my_music.take_away import as_json, captions
from pipeline.core.builds.build import Build
from pipeline.core.model.predictor import Play, Predictor


def test_the_link_holds_the_list_as_it_was_understood(app: AppTest, artists: list[str]) -> None:
    app.context["url"] = "http://atlas.example/my_music"
    long = max(artists, key=len)
    enter(app, f"{long}. (5)\n{artists[1]}")
    look_at(app, "Take away")
    link = urlsplit(app.code[0].value)
    assert (link.netloc, link.path) == ("atlas.example", "/my_music")
    shared = unpack(parse_qs(link.query)["list"][0])
    assert shared == SharedList((SharedArtist(long, 5), SharedArtist(artists[1])))
    assert "are in the link itself" in words(app)
    assert app.image[0].proto.imgs[0].alt.startswith("Most like listeners in")


def test_a_long_list_is_cut_with_a_word_about_it(app: AppTest, tiny_build: Build) -> None:
    names = [f"Qz{i}x{i * i}v" + chr(0x4E00 + 37 * i) * (i % 3) + "wkq" * 9 for i in range(50)]
    scrambled = [f"{name[:9]}{hash_of(i)}" for i, name in enumerate(names)]
    enter(app, "\n".join(scrambled))
    look_at(app, "Take away")
    assert "A link has no room for all 50 artists" in words(app)


def hash_of(number: int) -> str:
    from hashlib import sha256

    return sha256(bytes([number])).hexdigest()


def test_a_link_brings_list_and_options_back(tiny_current: None, artists: list[str]) -> None:
    typed = f"{max(artists, key=len)}."
    shared = SharedList(
        (SharedArtist(artists[0], 7), SharedArtist(typed, None, True)),
        recipe="flat",
        tau=0.5,
        total_scrobbles=900,
    )
    app = opened("my_music", list=pack(shared).text)
    assert app.text_area(key="artists").value == f"{artists[0]} (7)\n{typed}"
    assert app.selectbox(key="recipe").value == "Flat trees"
    assert app.slider(key="tau_flat").value == 0.5
    assert app.number_input(key="scrobbles").value == 900
    assert "is taken as it is written" in words(app)
    assert "list" not in app.query_params


def test_a_broken_link_is_told_and_the_page_stands(tiny_current: None) -> None:
    app = opened("my_music", list="broken!")
    assert "what it holds cannot be read" in words(app)
    assert "Enter some artists to see" in words(app)
    run(app)
    assert "cannot be read" not in words(app)


def test_json_holds_the_question_and_both_layers(predictor: Predictor, artists: list[str]) -> None:
    question = Question((Play(artists[0], 3), Play(NONSENSE)), "flat", 0.5, 100)
    prediction = question.answer(predictor)
    told = json.loads(as_json(question, prediction))
    assert (told["recipe"], told["tau"], told["total_scrobbles"]) == ("flat", 0.5, 100)
    assert told["artists"][0] == {"artist_name": artists[0], "playcount": 3}
    assert told["unknown"] == [NONSENSE]
    assert [row["country"] for row in told["countries"]] == prediction.country["country"].tolist()
    assert abs(sum(row["probability"] for row in told["regions"]) - 1) < 1e-6
    assert told["prediction_set"] == list(prediction.prediction_set)
    assert "nationality or ethnicity" in told["note"]


def test_captions_say_what_the_answer_says(predictor: Predictor, artists: list[str]) -> None:
    prediction = predictor.predict([Play(name) for name in artists])
    caption = captions(prediction, simulated=True)
    first, region = prediction.country.iloc[0], prediction.region.iloc[0]
    assert caption.headline == f"Most like listeners in {first['country_name']}"
    assert caption.below.endswith(f"{region['region']}, {percent(region['probability'])}")
    assert "simulated" in caption.foot[0]
    assert "simulated" not in captions(prediction, simulated=False).foot[0]
