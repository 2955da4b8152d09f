from __future__ import annotations

import pytest
from models_page import captions
from pages import opened, table_with

from app.views.models.members import in_words
from pipeline.core.builds.build import Build
from pipeline.core.model.makeup import Makeup, Member, makeup

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


def test_a_blend_is_told_in_words() -> None:
    members = (Member("linear_1", 0.7, 0.5), Member("flat", 0.4, 0.0), Member("trees", 0.0, 0.0))
    assert in_words(Makeup(0.25, members, shrinkage=3.0), "Blend") == (
        "Weights were fitted on validation listeners, in each layer by itself. They sum to 1.10 in "
        "layer 1 and to 0.50 in layer 2: above 1 the whole is surer than its members, below 1 less "
        "sure. Trees on evidence and vectors has no weight here and is not asked. Countries within "
        "a region are drawn to their shares of it by 3 listeners' worth. Where none is asked for, "
        "Blend raises small countries by τ = 0.25."
    )
    bare = in_words(Makeup(0.0, members[:1]), "Blend")
    assert "not asked" not in bare
    assert "not drawn to their shares of it (shrinkage 0)" in bare
