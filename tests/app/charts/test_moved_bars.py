from __future__ import annotations

import pandas as pd

from app.charts.moved_bars import moved_bars
from app.look.palette import Palette

PALETTE = Palette()


def test_bars_are_now_and_ticks_before() -> None:
    table = pd.DataFrame(
        {"region": ["Nordics", "Africa"], "probability": [0.6, 0.4], "before": [0.1, 0.9]}
    )
    bars, ticks = moved_bars(table, name="region", palette=PALETTE).data
    assert list(bars["x"]) == [0.6, 0.4]
    assert list(bars["marker"]["color"]) == [
        PALETTE.colour_of("Nordics"),
        PALETTE.colour_of("Africa"),
    ]
    assert list(ticks["x"]) == [0.1, 0.9]
    assert ticks["hovertemplate"].startswith("<b>%{y}</b><br>%{customdata} before")
    assert list(ticks["customdata"]) == ["10%", "90%"]
