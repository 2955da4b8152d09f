from __future__ import annotations

import pandas as pd
import pytest

from app.charts.listeners_by_country import listeners_by_country
from app.look.palette import Palette

PALETTE = Palette()

TABLE = pd.DataFrame(
    {
        "country_name": ["Brazil", "Finland", "Chile"],
        "region": ["Latin America", "Nordics", "Latin America"],
        "listeners": [1_000, 60, 1],
    }
)


def test_bars_equal_the_table_in_its_order() -> None:
    figure = listeners_by_country(TABLE, threshold=51, palette=PALETTE)
    bars = {trace["name"]: trace for trace in figure.data}
    assert dict(zip(bars["Latin America"]["x"], bars["Latin America"]["y"], strict=True)) == {
        "Brazil": 1_000,
        "Chile": 1,
    }
    assert bars["Nordics"]["marker"]["color"] == PALETTE.colour_of("Nordics")
    assert list(figure.layout.xaxis.categoryarray) == ["Brazil", "Finland", "Chile"]


def test_the_threshold_is_a_line_with_a_name() -> None:
    figure = listeners_by_country(TABLE, threshold=100, palette=PALETTE)
    assert figure.layout.shapes[0].y0 == 100
    (note,) = figure.layout.annotations
    assert (note.y, note.text) == (2, "Learned from: 100 or more")


def test_a_single_listener_is_seen_on_the_logarithmic_scale() -> None:
    axis = listeners_by_country(TABLE, threshold=51, palette=PALETTE).layout.yaxis
    assert axis.type == "log"
    low, high = axis.range
    assert low < 0
    assert high == pytest.approx(3.176, abs=0.001)
