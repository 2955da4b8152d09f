from __future__ import annotations

import pandas as pd
import pytest

from app.charts.calibration_curve import calibration_curve

TABLE = pd.DataFrame(
    {
        "label": ["Flat", "Flat", "Two"],
        "confidence": [0.25, 0.75, 0.5],
        "accuracy": [0.3, 0.6, 0.5],
        "n": [400, 100, 400],
    }
)


def test_points_equal_the_table_over_the_diagonal() -> None:
    diagonal, flat, two = calibration_curve(TABLE, colours={"Flat": "#0079AA"}).data
    assert list(diagonal["x"]) == list(diagonal["y"]) == [0, 1]
    assert (list(flat["x"]), list(flat["y"])) == ([0.25, 0.75], [0.3, 0.6])
    assert flat["line"]["color"] == "#0079AA"
    assert list(two["y"]) == [0.5]
    assert flat["customdata"][1] == "said 75%, right 60%, of 100"


def test_areas_follow_the_listeners() -> None:
    _, flat, two = calibration_curve(TABLE, colours={}).data
    large, small = flat["marker"]["size"]
    assert (large / small) ** 2 == pytest.approx(4)
    assert two["marker"]["size"][0] == large


def test_lines_are_named_and_no_rows_leave_the_diagonal() -> None:
    figure = calibration_curve(TABLE, colours={})
    assert [a.text for a in figure.layout.annotations] == ["Flat", "Two"]
    assert len(calibration_curve(TABLE.head(0), colours={}).data) == 1
