from __future__ import annotations

import pandas as pd
import pytest

from app.charts.line_curves import line_curves
from app.look.palette import NEUTRAL

TABLE = pd.DataFrame(
    {
        "label": ["Flat", "Flat", "Majority", "Majority", "Flat", "Flat"],
        "x": [1, 2, 1, 2, 1, 2],
        "y": [0.25, 0.5, 0.2, 0.2, 0.6, 0.9],
        "n": [100, 90, 100, 90, 800, 800],
        "dash": ["solid"] * 4 + ["dash"] * 2,
        "chosen": [False, True, False, False, False, False],
    }
)
COLOURS = {"Flat": "#0079AA"}


def test_a_line_for_each_label_and_dash_in_its_colour() -> None:
    flat, majority, dashed, rings = line_curves(
        TABLE, colours=COLOURS, x_title="k", y_title="right"
    ).data
    assert (list(flat["x"]), list(flat["y"])) == ([1, 2], [0.25, 0.5])
    assert flat["line"]["color"] == dashed["line"]["color"] == "#0079AA"
    assert majority["line"]["color"] == NEUTRAL
    assert dashed["line"]["dash"] == "dash"
    assert list(flat["customdata"]) == ["25% of 100", "50% of 90"]
    assert (list(rings["x"]), list(rings["y"])) == ([2], [0.5])


def test_only_lines_drawn_through_are_named_at_their_ends() -> None:
    figure = line_curves(TABLE, colours=COLOURS, x_title="k", y_title="right")
    named = {a.text: a.y for a in figure.layout.annotations}
    assert named == {"Flat": 0.5, "Majority": 0.2}


def test_shares_begin_at_0_and_losses_do_not() -> None:
    share = line_curves(TABLE, colours={}, x_title="k", y_title="right")
    loss = line_curves(TABLE, colours={}, x_title="k", y_title="loss", share=False)
    assert share.layout.yaxis.range[0] == 0
    assert share.layout.yaxis.tickformat == ".0%"
    assert loss.layout.yaxis.range[0] == pytest.approx(0.2 - 0.05 * 0.7)
    assert list(loss.data[0]["customdata"]) == ["0.250 of 100", "0.500 of 90"]


def test_ticks_and_scale_of_the_x_axis() -> None:
    axis = line_curves(
        TABLE, colours={}, x_title="k", y_title="", ticks=[1, 50], logarithmic=True
    ).layout.xaxis
    assert (axis.type, list(axis.tickvals), list(axis.ticktext)) == ("log", [1, 50], ["1", "50"])


def test_no_rows_draw_nothing() -> None:
    assert [
        len(t["x"]) for t in line_curves(TABLE.head(0), colours={}, x_title="", y_title="").data
    ] == [0]
