from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from pages import opened

from app.views.models.choosing import leading
from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


def test_at_first_the_best_are_compared_with_the_baseline(tiny_build: Build) -> None:
    app = opened("models")
    headline = tiny_build.manifest.headline
    best = sorted(headline, key=lambda recipe: headline[recipe]["log_loss"])[:4]
    labels = tiny_build.read("recipes").set_index("recipe")["label"]
    expected = {labels[recipe] for recipe in (*best, "majority")}
    assert set(app.pills(key="models_recipes").value) == expected


def test_the_leading_are_few_and_begin_with_the_default(tiny_build: Build) -> None:
    losses = {"a": 1.0, "b": 3.0, "c": None, "d": 2.0, "e": 2.5, "default": 9.0, "majority": 0.5}
    headline = {name: {"log_loss": loss} for name, loss in losses.items()}
    manifest = tiny_build.manifest.model_copy(
        update={"headline": headline, "default_recipe": "default"}
    )
    build = cast(Build, SimpleNamespace(manifest=manifest))
    # Beside the default one three by log loss; an unknown loss and the baseline do not compete.
    assert leading(build) == ["default", "a", "d", "e", "majority"]


@pytest.mark.parametrize("label", ["Validation", "Test", "Training"])
def test_the_part_is_one_for_all_sections(label: str) -> None:
    for section in ("Calibration", "Rare countries"):
        app = opened("models", models_show=section, models_part=label)
        assert app.segmented_control(key="models_part").value == label
    assert "models_part" not in {
        choice.key for choice in opened("models", models_show="Cost").segmented_control
    }
