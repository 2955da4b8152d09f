from __future__ import annotations

import pytest
from models_page import captions
from pages import opened, table_with

from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


def test_short_lists_are_drawn_with_the_baseline(tiny_build: Build) -> None:
    app = opened("models", models_show="Short lists", models_part="Test")
    app.pills(key="models_recipes").set_value(["Flat trees"]).run()
    shown = table_with(app, "known_artists")
    assert set(shown["label"]) == {"Flat trees", "Majority"}
    expected = tiny_build.read(
        "accuracy_by_known", "part = 'test' AND recipe = 'flat' ORDER BY known_artists"
    )
    flat = shown[shown["label"] == "Flat trees"]
    assert flat["known_artists"].tolist() == expected["known_artists"].tolist()
    assert flat["accuracy"].tolist() == pytest.approx((100 * expected["accuracy"]).tolist())
    assert flat["n"].tolist() == expected["n"].tolist()


def test_short_lists_of_training_listeners_do_not_exist() -> None:
    app = opened("models", models_show="Short lists", models_part="Training")
    assert "Short lists are measured on validation and test listeners" in captions(app)
