from __future__ import annotations

import pytest
from models_page import captions, with_all
from pages import opened, table_with

from app.look.words import percent
from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


def test_curves_of_guesses_are_the_builds(tiny_build: Build) -> None:
    app = with_all(opened("models", models_show="Guesses", models_part="Test"))
    expected = tiny_build.read("top_k", "part = 'test' AND view = 'countries' AND k = 3").merge(
        tiny_build.read("recipes"), on="recipe"
    )
    for row in expected.to_dict("records"):
        assert f"{row['label']} {percent(row['accuracy'])}" in captions(app)
    assert len(table_with(app, "k")) == len(tiny_build.read("top_k", "part = 'test'"))
