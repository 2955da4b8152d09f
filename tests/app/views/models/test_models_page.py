from __future__ import annotations

import pytest
from models_page import captions
from pages import opened, table_with

from app.views.models import _SECTIONS
from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


@pytest.mark.parametrize("section", _SECTIONS)
@pytest.mark.parametrize("part", ["Validation", "Test", "Training"])
def test_the_address_chooses_what_is_seen(section: str, part: str) -> None:
    app = opened("models", models_show=section, models_part=part)
    assert app.segmented_control(key="models_show").value == section
    assert app.header
    assert app.caption


def test_only_the_chosen_recipes_are_shown(tiny_build: Build) -> None:
    app = opened("models", models_show="Guesses")
    labels = tiny_build.read("recipes").sort_values("recipe")["label"].tolist()
    app.pills(key="models_recipes").set_value(labels[:2]).run()
    assert not app.exception
    assert set(table_with(app, "k")["label"]) == set(labels[:2])
    app.pills(key="models_recipes").set_value([]).run()
    assert not app.exception
    assert "No recipe is chosen" in captions(app)


@pytest.mark.parametrize("section", ["Tail", "Sets"])
def test_what_is_fitted_on_validation_is_not_shown_for_training(section: str) -> None:
    app = opened("models", models_show=section, models_part="Training")
    assert "measured on validation and test listeners: choose one of them" in captions(app)
