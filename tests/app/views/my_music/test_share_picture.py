from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from app.look.palette import Palette
from app.views.my_music import share_picture
from app.views.my_music.share_picture import SIZE, Caption, blend, font, picture
from pipeline.core.model.predictor import Prediction

PALETTE = Palette()

CAPTION = Caption("Most like listeners in Finland", "One of 2 countries", ("From 3 artists",))


def prediction(finland: float) -> Prediction:
    region = pd.DataFrame(
        {
            "region": ["Nordics", "Latin America"],
            "probability": [finland, 1 - finland],
            "share": [0.25, 0.75],
        }
    )
    country = region.assign(
        country=["FI", "BR"],
        country_name=["Finland", "Brazil"],
        iso3=["FIN", "BRA"],
        within=1.0,
        in_set=True,
    )
    return Prediction("atlas", (), (), (), 0.0, region, country)


def pixels(content: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(content))
    assert image.format == "PNG"
    assert image.size == SIZE
    return np.asarray(image.convert("RGB"))


def count(content: bytes, colour: str) -> int:
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((pixels(content) == wanted).all(axis=2).sum())


def test_both_layers_and_the_map_are_on_the_picture() -> None:
    content = picture(prediction(0.8), CAPTION, PALETTE)
    # The first bar of each column is as long as the column; the map holds the fullest colour.
    assert count(content, PALETTE.colour_of("Nordics")) > 2 * 400 * 8
    assert count(content, "#064549") > 100
    assert count(content, "#FDFCF9") > 0.5 * SIZE[0] * SIZE[1]


def test_bars_are_as_long_as_probabilities() -> None:
    half = count(picture(prediction(0.6), CAPTION, PALETTE), PALETTE.colour_of("Latin America"))
    less = count(picture(prediction(0.8), CAPTION, PALETTE), PALETTE.colour_of("Latin America"))
    # .4 / .75 of a column (the tick of Brazil is the longest) against .2 / .8.
    assert half / less == pytest.approx((0.4 / 0.75) / (0.2 / 0.8), rel=0.1)


def test_long_texts_stay_within_the_picture() -> None:
    long = Caption("Most like listeners in " + "Saint " * 30, "x " * 300, ("y " * 400,))
    edge = pixels(picture(prediction(0.8), long, PALETTE))[20:, -40:]
    assert (edge == edge[0, 0]).all()


def test_the_fonts_are_those_of_the_page() -> None:
    assert font("SourceSansVF-Upright", 20, 400).getname()[0] == "SourceSans3VF"


def test_without_them_pillow_brings_one(monkeypatch: pytest.MonkeyPatch) -> None:
    font.cache_clear()
    monkeypatch.setattr(share_picture, "_files", lambda family: [])
    try:
        assert pixels(picture(prediction(0.8), CAPTION, PALETTE)).std() > 0
    finally:
        font.cache_clear()


def test_colours_are_mixed_along_the_steps() -> None:
    steps = ("#000000", "#640000", "#6400C8")
    assert [blend(steps, share) for share in (0, 0.25, 0.5, 1)] == [
        "#000000",
        "#320000",
        "#640000",
        "#6400C8",
    ]
