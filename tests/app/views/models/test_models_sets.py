from __future__ import annotations

import pytest
from models_page import captions
from pages import opened, table_with

from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


def test_sets_are_the_builds(tiny_build: Build) -> None:
    app = opened("models", models_show="Sets", models_part="Test", models_moved="Atlas")
    shown = table_with(app, "covered").set_index("region")
    rows = tiny_build.read("coverage", "recipe = 'atlas' AND part = 'test'")
    assert len(shown) == len(rows)
    for row in rows.to_dict("records"):
        found = shown.loc[row["region"] or "All listeners"]
        assert found["covered"] == pytest.approx(100 * row["covered"])
        assert (found["mean_size"], found["n"]) == (row["mean_size"], row["n"])
        assert found["few"] == (row["n"] < 30)
    everybody = rows[rows["region"] == ""].iloc[0]
    assert f"of {everybody['n']} test listeners" in captions(app)
