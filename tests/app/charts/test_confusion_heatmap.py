from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from app.charts.confusion_heatmap import MANY, MEASURES, config, confusion_heatmap
from app.look.palette import Palette

PALETTE = Palette()

PLACES = pd.DataFrame(
    {
        "code": ["FI", "SE", "KE"],
        "name": ["Finland", "Sweden", "Kenya"],
        "region": ["Nordics", "Nordics", "Africa"],
    }
)
CELLS = pd.DataFrame(
    {
        "truth": ["Finland", "Finland", "Kenya"],
        "predicted": ["Finland", "Kenya", "Kenya"],
        "n": [900, 100, 10],
        "of_truth": [0.9, 0.1, 1.0],
        "of_predicted": [1.0, 100 / 110, 10 / 110],
    }
)


def drawn(
    measure: str,
    cells: pd.DataFrame = CELLS,
    places: pd.DataFrame = PLACES,
    chosen: tuple[str, str] | None = None,
) -> go.Figure:
    return confusion_heatmap(
        cells, places, measure=MEASURES[measure], palette=PALETTE, chosen=chosen
    )


def test_truths_go_down_and_predictions_across_and_nothing_is_blank() -> None:
    heat = drawn("Share of truth").data[0]
    nothing = np.nan
    expected = [
        [math.sqrt(0.9), nothing, math.sqrt(0.1)],
        [nothing, nothing, nothing],
        [nothing, nothing, 1],
    ]
    np.testing.assert_allclose(heat["z"].astype(float), expected)
    assert heat["text"].tolist() == [["90", "", "10"], ["", "", ""], ["", "", "100"]]


def test_counts_are_coloured_by_powers_of_ten() -> None:
    figure = drawn("Listeners")
    assert figure.data[0]["z"][0][2] == pytest.approx(2)
    assert figure.layout.coloraxis.cmax == pytest.approx(math.log10(900))
    assert list(figure.layout.coloraxis.colorbar.ticktext) == ["1", "10", "100"]


def test_every_cell_tells_its_count_and_both_rates() -> None:
    points = drawn("Listeners").data[1]
    assert list(points["customdata"][1]) == ["Finland", "Kenya", "100", "10%", "91%"]
    assert (points["x"][1], points["y"][1]) == ("Kenya", "Finland")


def test_regions_are_set_apart_in_their_colours() -> None:
    figure = drawn("Listeners")
    strips = [s for s in figure.layout.shapes if s.fillcolor]
    assert {s.fillcolor for s in strips} == {
        PALETTE.colour_of("Nordics"),
        PALETTE.colour_of("Africa"),
    }
    lines = [s for s in figure.layout.shapes if s.type == "line"]
    assert [(s.x0, s.x1) for s in lines] == [(1.5, 1.5), (-0.5, 2.5)]
    assert [t.name for t in figure.data[2:]] == ["Nordics", "Africa"]


def test_the_chosen_cell_is_framed() -> None:
    figure = drawn("Listeners", chosen=("Finland", "Kenya"))
    (frame,) = (s for s in figure.layout.shapes if s.name == "chosen")
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (1.5, 2.5, -0.5, 0.5)


def test_only_a_large_matrix_zooms() -> None:
    assert config(MANY)["displayModeBar"] is False
    assert config(MANY + 1)["displayModeBar"] is True
    many = pd.DataFrame(
        {
            "code": [str(i) for i in range(119)],
            "name": [f"Country {i}" for i in range(119)],
            "region": ["Nordics"] * 60 + ["Africa"] * 59,
        }
    )
    figure = drawn("Share of truth", CELLS.head(0), many)
    assert figure.layout.xaxis.fixedrange is False
    assert list(figure.layout.xaxis.categoryarray) == many["code"].tolist()
