from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.core.builds.artifacts import current_build
from pipeline.core.builds.build import Build, BuildError
from pipeline.core.model.blend import open_recipe
from pipeline.core.model.makeup import Makeup, Member, makeup


def test_a_blend_says_what_its_fitted_recipe_holds(tiny_build: Build) -> None:
    found = makeup(tiny_build, "atlas")
    fitted = open_recipe(tiny_build.model_path("atlas"))
    assert {m.name: m.region_weight for m in found.members} == dict(fitted.region_weights)  # type: ignore[union-attr]
    assert {m.name: m.within_weight for m in found.members} == dict(fitted.within_weights)  # type: ignore[union-attr]
    assert found.shrinkage == fitted.shrinkage  # type: ignore[union-attr]
    assert fitted.adjustment is not None
    assert found.strength == fitted.adjustment.default


def test_a_recipe_that_is_no_blend_has_no_members(tiny_build: Build) -> None:
    fitted = open_recipe(tiny_build.model_path("flat"))
    assert fitted.adjustment is not None
    assert makeup(tiny_build, "flat") == Makeup(strength=fitted.adjustment.default)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("linear", "Linear layers over artists"),
        ("network_2", "Network over artists, 2"),
        ("trees", "Trees on evidence and vectors"),
        ("odd_one", "odd_one"),
    ],
)
def test_members_are_named(name: str, label: str) -> None:
    assert Member(name, 1.0, 1.0).label == label


def test_a_member_without_weight_is_not_heard() -> None:
    assert not Member("trees", 0.0, 0.0).heard
    assert Member("trees", 0.0, 0.1).heard


def test_damage_is_told_with_the_recipe(own_artifacts: Path) -> None:
    build = current_build(own_artifacts)
    assert build is not None
    header = build.model_path("atlas") / "recipe.json"
    fields = json.loads(header.read_text())
    del fields["within_weights"]
    header.write_text(json.dumps(fields))
    with pytest.raises(BuildError, match=r"the recipe 'atlas' of the build .*within_weights"):
        makeup(build, "atlas")
    build.close()
