from __future__ import annotations

import pytest
from models_page import captions
from pages import opened, table_with

from pipeline.core.builds.build import Build
from pipeline.core.model.makeup import makeup

pytestmark = pytest.mark.usefixtures("tiny_current")


def test_members_are_the_blends(tiny_build: Build) -> None:
    app = opened("models", models_show="Members")
    assert app.header[0].value == "What is Atlas made of?"
    shown = table_with(app, "region_weight").set_index("label")
    found = makeup(tiny_build, "atlas")
    assert len(shown) == len(found.members)
    for member in found.members:
        weights = shown.loc[member.label]
        assert weights["region_weight"] == member.region_weight
        assert weights["within_weight"] == member.within_weight
    assert f"τ = {found.strength:.2f}" in captions(app)
