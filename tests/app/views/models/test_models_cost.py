from __future__ import annotations

import pytest
from models_page import with_all
from pages import opened, table_with

from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


def test_costs_are_the_manifests(tiny_build: Build) -> None:
    app = with_all(opened("models", models_show="Cost"))
    shown = table_with(app, "train_seconds").set_index("label")
    label = tiny_build.read("recipes").set_index("recipe")["label"]
    seconds = {stage.name: stage.seconds for stage in tiny_build.manifest.stages}
    for recipe in tiny_build.manifest.recipes:
        assert shown.at[label[recipe], "train_seconds"] == seconds[f"train_recipe:{recipe}"]
        assert shown.at[label[recipe], "model_mb"] > 0
