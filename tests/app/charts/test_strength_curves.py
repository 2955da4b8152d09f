from __future__ import annotations

import pandas as pd
import pytest

from app.charts.strength_curves import strength_curves

TABLE = pd.DataFrame(
    {
        "label": ["Accuracy"] * 3 + ["Macro F1"] * 3,
        "tau": [0.0, 0.5, 1.0] * 2,
        "y": [0.0, -0.01, -0.04, 0.0, 0.02, 0.06],
        "written": ["45.0%", "44.0%", "41.0%", "14.0%", "16.0%", "20.0%"],
        "n": [1200] * 6,
    }
)


def test_a_line_for_each_metric_with_the_strength_in_use_larger() -> None:
    figure = strength_curves(TABLE, colours={"Accuracy": "#0079AA"}, y_title="", in_use=0.5)
    accuracy, f1 = figure.data
    assert list(accuracy["y"]) == [0.0, -0.01, -0.04]
    assert list(f1["x"]) == [0.0, 0.5, 1.0]
    assert accuracy["line"]["color"] == "#0079AA"
    small, large, other = accuracy["marker"]["size"]
    assert small == other < large
    assert list(f1["customdata"])[1] == "16.0% of 1,200"


def test_lines_are_named_at_their_ends_and_the_strength_is_written() -> None:
    figure = strength_curves(TABLE, colours={}, y_title="", in_use=0.25)
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 0.25
    written = {a.text: a.y for a in figure.layout.annotations}
    assert written["Accuracy"] == -0.04
    assert written["Macro F1"] == 0.06
    assert "in use: 0.25" in written


def test_the_axis_never_makes_a_cliff_of_noise() -> None:
    flat = TABLE.assign(y=[0.0, 0.001, 0.0] * 2)
    low, high = strength_curves(flat, colours={}, y_title="", in_use=0.0).layout.yaxis.range
    assert high - low == pytest.approx(0.02, abs=0.001)
    low, high = strength_curves(TABLE, colours={}, y_title="", in_use=0.0).layout.yaxis.range
    assert (low, high) == pytest.approx((-0.045, 0.065))


def test_an_undefined_metric_is_not_named() -> None:
    none = TABLE.assign(y=[None] * 3 + [0.0, 0.1, 0.2]).astype({"y": float})
    figure = strength_curves(none, colours={}, y_title="", in_use=0.0)
    assert "Accuracy" not in [a.text for a in figure.layout.annotations]
