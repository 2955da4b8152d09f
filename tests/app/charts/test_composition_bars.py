from __future__ import annotations

import pandas as pd
import pytest

from app.charts.composition_bars import composition_bars
from app.look.palette import Palette

PALETTE = Palette()

TABLE = pd.DataFrame(
    {
        "region": ["Nordics", "Nordics", "Africa"],
        "country_name": ["Finland", "Sweden", "Kenya"],
        "listeners": [3000, 1000, 7],
        "share": [0.75, 0.25, 1.0],
    }
)


def test_pieces_follow_each_other_and_fill_the_bar() -> None:
    (bars,) = composition_bars(TABLE, palette=PALETTE).data
    assert list(bars["base"]) == pytest.approx([0, 0.75, 0])
    assert list(bars["x"]) == pytest.approx([0.75, 0.25, 1], abs=0.005)
    assert list(bars["y"]) == [0, 0, 1]
    assert list(bars["marker"]["color"]) == [
        PALETTE.colour_of(region) for region in TABLE["region"]
    ]


def test_names_and_figures_are_told() -> None:
    figure = composition_bars(TABLE, palette=PALETTE)
    assert list(figure.data[0]["text"]) == ["Finland", "Sweden", "Kenya"]
    assert figure.data[0]["customdata"][0] == "3,000 listeners, 75% of the region"
    assert [a.text for a in figure.layout.annotations] == [
        "<b>Nordics</b>  2 countries, 4,000 listeners",
        "<b>Africa</b>  1 country, 7 listeners",
    ]
