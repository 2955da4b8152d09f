from __future__ import annotations

import pytest
from pages import opened

from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


def test_at_first_the_best_are_compared_with_the_baseline(tiny_build: Build) -> None:
    app = opened("models")
    headline = tiny_build.manifest.headline
    best = sorted(headline, key=lambda recipe: headline[recipe]["log_loss"])[:4]
    labels = tiny_build.read("recipes").set_index("recipe")["label"]
    expected = {labels[recipe] for recipe in (*best, "majority")}
    assert set(app.pills(key="models_recipes").value) == expected
