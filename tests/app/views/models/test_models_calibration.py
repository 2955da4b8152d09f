from __future__ import annotations

import pytest
from models_page import with_all
from pages import opened, table_with

from pipeline.core.builds.build import Build

pytestmark = pytest.mark.usefixtures("tiny_current")


@pytest.mark.parametrize(("label", "part"), [("Validation", "valid"), ("Training", "train")])
def test_calibration_errors_are_the_builds(tiny_build: Build, label: str, part: str) -> None:
    app = with_all(opened("models", models_part=label))
    shown = table_with(app, "label", "countries", "regions").set_index("label")
    expected = tiny_build.read(
        "metrics", "metric = 'calibration_error' AND part = ? AND subject = ''", [part]
    ).merge(tiny_build.read("recipes"), on="recipe")
    assert len(expected) == 2 * len(shown)
    for row in expected.to_dict("records"):
        assert shown.at[row["label"], row["view"]] == pytest.approx(100 * row["value"])
        assert shown.at[row["label"], "n"] == row["n"]
    bins = table_with(app, "bin", "confidence")
    assert len(bins) == len(tiny_build.read("calibration", "part = ?", [part]))
