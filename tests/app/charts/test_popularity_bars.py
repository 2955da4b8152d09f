from __future__ import annotations

import pandas as pd
import pytest

from app.charts.popularity_bars import fine_percent, popularity_bars
from app.look.palette import Palette

PALETTE = Palette()


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.25, "25%"),
        (0.0123, "1.23%"),
        (0.01, "1.00%"),
        (0.00123, "0.12%"),
        (0.00012, "0.012%"),
        (0.000012, "0.001%"),
        (0.000001, "<0.001%"),
        (0.0, "0%"),
    ],
)
def test_small_shares_keep_digits(share: float, written: str) -> None:
    assert fine_percent(share) == written


def test_bars_equal_the_table_without_ticks() -> None:
    table = pd.DataFrame(
        {
            "country_name": ["Finland", "Brazil"],
            "region": ["Nordics", "Latin America"],
            "popularity": [0.02, 0.0012],
            "share": [0.5, 0.5],
        }
    )
    figure = popularity_bars(table, palette=PALETTE)
    (bars,) = figure.data
    assert list(bars["x"]) == [0.02, 0.0012]
    assert list(bars["customdata"]) == ["2.00%", "0.12%"]
    assert list(bars["marker"]["color"]) == [
        PALETTE.colour_of("Nordics"),
        PALETTE.colour_of("Latin America"),
    ]
    assert list(figure.layout.yaxis.ticktext) == [
        "Finland  <b>2.00%</b> ",
        "Brazil  <b>0.12%</b> ",
    ]
